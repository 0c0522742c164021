using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Actors.Tests.Replication;

public sealed class SnapshotScheduleTests
{
    private const int EntryBytes = 1000;

    [Fact]
    public void A_snapshot_is_due_after_so_many_bytes_of_entries()
    {
        var schedule = new SnapshotSchedule(3 * EntryBytes);

        Log(schedule, 2);
        Assert.False(schedule.IsDue);

        Log(schedule, 1);
        Assert.True(schedule.IsDue);
    }

    [Fact]
    public void Records_without_an_entry_do_not_count()
    {
        var schedule = new SnapshotSchedule(1);

        schedule.Count([new DurableRecord { Kind = DurableRecordKind.Promise, Ticket = 1, Promised = new Epoch(1, 0, 1) }]);

        Assert.False(schedule.IsDue);
    }

    [Fact]
    public void One_is_written_at_a_time()
    {
        var schedule = new SnapshotSchedule(EntryBytes);
        Log(schedule, 1);
        schedule.OnStarted();

        Log(schedule, 5);
        Assert.False(schedule.IsDue);
        schedule.OnWanted();
        Assert.False(schedule.IsDue);

        schedule.OnTaken(length: 1);
        Assert.True(schedule.IsDue);
    }

    [Fact]
    public void What_was_logged_while_it_was_written_counts_for_the_next_one()
    {
        var schedule = new SnapshotSchedule(2 * EntryBytes);
        Log(schedule, 2);
        schedule.OnStarted();
        Log(schedule, 1);
        schedule.OnTaken(length: 1);
        Assert.False(schedule.IsDue);

        Log(schedule, 1);
        Assert.True(schedule.IsDue);
    }

    [Fact]
    public void The_log_grows_to_twice_the_last_snapshot_first()
    {
        var schedule = new SnapshotSchedule(EntryBytes);
        Log(schedule, 1);
        schedule.OnStarted();
        schedule.OnTaken(length: 2 * EntryBytes);

        Log(schedule, 3);
        Assert.False(schedule.IsDue);

        Log(schedule, 1);
        Assert.True(schedule.IsDue);
    }

    [Fact]
    public void One_that_is_wanted_does_not_wait_for_the_log()
    {
        var schedule = new SnapshotSchedule(long.MaxValue);

        schedule.OnWanted();
        Assert.True(schedule.IsDue);

        schedule.OnStarted();
        schedule.OnTaken(length: 1);
        Assert.False(schedule.IsDue);
    }

    [Fact]
    public void After_a_failure_as_much_again_is_logged_before_the_next_attempt()
    {
        var schedule = new SnapshotSchedule(2 * EntryBytes);
        Log(schedule, 2);
        schedule.OnStarted();
        schedule.OnMissed();
        Assert.False(schedule.IsDue);

        Log(schedule, 2);
        Assert.True(schedule.IsDue);
    }

    private static void Log(SnapshotSchedule schedule, int entries)
    {
        for (var i = 0; i < entries; i++)
        {
            var payload = new byte[EntryBytes - EntryCodec.HeaderBytes];
            schedule.Count(
            [
                new DurableRecord
                {
                    Kind = DurableRecordKind.Append,
                    Ticket = 1,
                    Entry = new Entry(new LogPosition(new Epoch(1, 0, 1), new LogIndex(1)), 0, EntryKind.Requests, payload),
                },
            ]);
        }
    }
}
