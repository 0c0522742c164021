using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Actors.Tests.Replication;

public sealed class SnapshotScheduleTests
{
    private const int EntryBytes = 1000;

    [Fact]
    public void A_snapshot_is_due_after_so_many_bytes_of_entries()
    {
        var schedule = Alone(3 * EntryBytes);

        Log(schedule, 2);
        Assert.False(schedule.IsDue);

        Log(schedule, 1);
        Assert.True(schedule.IsDue);
    }

    [Fact]
    public void Records_without_an_entry_do_not_count()
    {
        var schedule = Alone(1);

        schedule.Count([new DurableRecord { Kind = DurableRecordKind.Promise, Ticket = 1, Promised = new Epoch(1, 0, 1) }]);

        Assert.False(schedule.IsDue);
    }

    [Fact]
    public void One_is_written_at_a_time()
    {
        var schedule = Alone(EntryBytes);
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
        var schedule = Alone(2 * EntryBytes);
        Log(schedule, 2);
        schedule.OnStarted();
        Log(schedule, 1);
        schedule.OnTaken(length: 1);
        Assert.False(schedule.IsDue);

        Log(schedule, 1);
        Assert.True(schedule.IsDue);
    }

    [Fact]
    public void The_log_grows_to_the_length_of_the_last_snapshot_first()
    {
        var schedule = Alone(EntryBytes);
        Log(schedule, 1);
        schedule.OnStarted();
        schedule.OnTaken(length: 4 * EntryBytes);

        Log(schedule, 3);
        Assert.False(schedule.IsDue);

        Log(schedule, 1);
        Assert.True(schedule.IsDue);
    }

    [Fact]
    public void One_that_is_wanted_does_not_wait_for_the_log()
    {
        var schedule = Alone(long.MaxValue);

        schedule.OnWanted();
        Assert.True(schedule.IsDue);

        schedule.OnStarted();
        schedule.OnTaken(length: 1);
        Assert.False(schedule.IsDue);
    }

    [Fact]
    public void After_a_failure_as_much_again_is_logged_before_the_next_attempt()
    {
        var schedule = Alone(2 * EntryBytes);
        Log(schedule, 2);
        schedule.OnStarted();
        schedule.OnMissed();
        Assert.False(schedule.IsDue);

        Log(schedule, 2);
        Assert.True(schedule.IsDue);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public void Servers_with_the_same_log_take_turns(int servers)
    {
        const int cycle = 105; // Entries; each number of servers divides it.
        var schedules = Enumerable.Range(0, servers)
            .Select(slot => new SnapshotSchedule(cycle * EntryBytes, new ReplicaId((byte)slot), servers)).ToArray();
        var turns = schedules.Select(_ => new List<int>()).ToArray();

        for (var logged = 1; logged <= 4 * cycle; logged++)
        {
            for (var slot = 0; slot < servers; slot++)
            {
                Log(schedules[slot], 1);
                if (!schedules[slot].IsDue) continue;
                Take(schedules[slot], length: 10 * EntryBytes);
                turns[slot].Add(logged);
            }
        }

        for (var slot = 0; slot < servers; slot++)
        {
            var first = (slot + 1) * cycle / servers;
            Assert.Equal([first, first + cycle, first + (2 * cycle), first + (3 * cycle)], turns[slot]);
        }
    }

    [Fact]
    public void One_that_is_wanted_moves_no_turn()
    {
        var schedule = Alone(10 * EntryBytes);
        Log(schedule, 6);
        schedule.OnWanted();
        Take(schedule, length: 1);

        AssertDueAfter(4, schedule);
    }

    [Fact]
    public void A_server_that_starts_again_keeps_its_turn()
    {
        var schedule = new SnapshotSchedule(9 * EntryBytes, new ReplicaId(0), 3);
        schedule.OnRecovered(snapshotLength: 10 * EntryBytes, Entries(8));

        // The snapshot is longer than the setting.
        AssertDueAfter(2, schedule);
    }

    [Fact]
    public void A_server_that_starts_again_before_its_first_turn_keeps_it()
    {
        var schedule = new SnapshotSchedule(9 * EntryBytes, new ReplicaId(1), 3);
        schedule.OnRecovered(snapshotLength: null, Entries(5));

        AssertDueAfter(1, schedule);
    }

    [Theory]
    [InlineData(0, 1, 6)] // The slot after the sender's.
    [InlineData(0, 2, 12)]
    [InlineData(2, 0, 6)]
    [InlineData(1, 0, 12)]
    public void A_server_that_was_sent_a_snapshot_keeps_away_from_the_sender(byte sender, byte receiver, int entries)
    {
        var schedule = new SnapshotSchedule(EntryBytes, new ReplicaId(receiver), 3);
        schedule.OnInstalled(length: 18 * EntryBytes, new ReplicaId(sender));

        AssertDueAfter(entries, schedule);
    }

    [Fact]
    public void One_that_is_still_written_when_another_servers_comes_does_not_put_off_the_turn()
    {
        var schedule = Alone(9 * EntryBytes);
        Log(schedule, 9);
        schedule.OnStarted();
        schedule.OnInstalled(length: 1, new ReplicaId(0));
        schedule.OnTaken(length: 1);

        Log(schedule, 9);
        Assert.True(schedule.IsDue);
    }

    private static SnapshotSchedule Alone(long bytesMin) => new(bytesMin, new ReplicaId(0), servers: 1);

    private static void AssertDueAfter(int entries, SnapshotSchedule schedule)
    {
        Log(schedule, entries - 1);
        Assert.False(schedule.IsDue);
        Log(schedule, 1);
        Assert.True(schedule.IsDue);
    }

    private static void Take(SnapshotSchedule schedule, long length)
    {
        schedule.OnStarted();
        schedule.OnTaken(length);
    }

    private static void Log(SnapshotSchedule schedule, int entries)
    {
        foreach (var entry in Entries(entries))
            schedule.Count([new DurableRecord { Kind = DurableRecordKind.Append, Ticket = 1, Entry = entry }]);
    }

    private static Entry[] Entries(int count)
    {
        var epoch = new Epoch(1, 0, 1);
        var payload = new byte[EntryBytes - EntryCodec.HeaderBytes];
        return
        [
            .. Enumerable.Range(1, count)
                .Select(index => new Entry(new LogPosition(epoch, new LogIndex(index)), 0, EntryKind.Requests, payload)),
        ];
    }
}
