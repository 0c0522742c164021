using System.Collections.Concurrent;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.SimulatedStorage;

namespace AkkaKv.Storage.Tests;

public sealed class LogWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SimulatedFileSystem _disk = new();
    private readonly Listener _listener = new();
    private long _ticket;

    [Fact]
    public void Everything_handed_in_becomes_durable_in_order_with_fewer_syncs_than_records()
    {
        using (var store = Records.Open(_disk))
        using (var writer = new LogWriter(store, _listener))
        {
            for (var index = 1; index <= 2_000; index++) writer.Enqueue([Ticketed(Records.Append(1, index))]);
            _listener.WaitForTicket(2_000);
            var counters = writer.TakeCounters();
            Assert.Equal(2_000, counters.Records);
            Assert.InRange(counters.Syncs, 1, 2_000);
        }

        Assert.Equal(_listener.Tickets.Order(), _listener.Tickets);
        _disk.LosePower(PowerLoss.LosesAll);
        using var again = Records.Open(_disk);
        Assert.Equal(2_000, again.Entries.Count);
    }

    [Fact]
    public void A_ticket_is_reported_after_its_sync_and_not_before()
    {
        using var store = Records.Open(_disk);
        using var hold = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        _disk.Inject = operation =>
        {
            if (operation.Call != FileCall.Sync) return default;
            reached.Set();
            hold.Wait(Patience);
            return default;
        };
        using var writer = new LogWriter(store, _listener);
        writer.Enqueue([Ticketed(Records.Promise(3))]);
        Assert.True(reached.Wait(Patience));
        Assert.Empty(_listener.Tickets);
        hold.Set();
        _listener.WaitForTicket(1);
    }

    [Fact]
    public void A_failed_sync_is_reported_and_nothing_after_it_is_acknowledged()
    {
        using var store = Records.Open(_disk);
        using var writer = new LogWriter(store, _listener);
        _disk.Inject = operation => operation.Call == FileCall.Sync ? new FileFault(FaultKind.Error, SimulatedFileSystem.IoError) : default;
        writer.Enqueue([Ticketed(Records.Promise(3))]);
        Assert.IsType<StorageFailureException>(_listener.WaitForFailure());
        _disk.Inject = null;
        writer.Enqueue([Ticketed(Records.Promise(4))]);
        writer.Dispose();
        Assert.Empty(_listener.Tickets);
    }

    [Fact]
    public void Entries_wait_while_the_disk_is_full_and_go_on_when_there_is_room()
    {
        using var store = Records.Open(_disk);
        _disk.CapacityBytes = 20 * 1024;
        using var writer = new LogWriter(store, _listener);
        for (var index = 1; index <= 200; index++) writer.Enqueue([Ticketed(Records.Append(1, index))]);
        Assert.True(_listener.WaitForDiskFull());
        _disk.CapacityBytes = long.MaxValue;
        Assert.False(_listener.WaitForDiskFull());
        _listener.WaitForTicket(200);
    }

    [Fact]
    public void On_a_full_disk_a_truncation_of_what_waits_lets_a_promise_through()
    {
        using var store = Records.Open(_disk);
        _disk.CapacityBytes = 20 * 1024;
        using var writer = new LogWriter(store, _listener);
        for (var index = 1; index <= 200; index++) writer.Enqueue([Ticketed(Records.Append(1, index))]);
        Assert.True(_listener.WaitForDiskFull());
        writer.Enqueue([Ticketed(Records.Truncate(store.Log.Last.Value + 1)), Ticketed(Records.Promise(9))]);
        _listener.WaitForTicket(202);
        Assert.Equal(Records.Epoch(9), store.Log.Promised);
    }

    [Fact]
    public void A_checkpoint_waits_for_the_entries_before_it_and_drops_the_log()
    {
        using var store = Records.Open(_disk);
        using (var writer = new LogWriter(store, _listener))
        {
            store.WriteSnapshot(Records.At(1, 180));
            writer.Checkpoint(Records.At(1, 180));
            for (var index = 1; index <= 200; index++) writer.Enqueue([Ticketed(Records.Append(1, index))]);
            Assert.Equal(Records.At(1, 180), _listener.WaitForCheckpoint());
        }

        Assert.Equal(Records.At(1, 180), store.Log.Base);
        Assert.True(store.Log.Read(new LogIndex(1), 100) is []);
    }

    [Fact]
    public void A_checkpoint_waits_until_other_entries_in_its_place_are_gone()
    {
        using var hold = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        using (var store = Records.Open(_disk))
        using (var writer = new LogWriter(store, _listener))
        {
            writer.Enqueue([.. Records.Appends(1, 1, 20).Select(Ticketed)]);
            _listener.WaitForTicket(20);
            store.WriteSnapshot(Records.At(3, 19));
            _disk.Inject = operation =>
            {
                if (operation.Call != FileCall.Sync) return default;
                reached.Set();
                hold.Wait(Patience);
                return default;
            };
            writer.Enqueue([Ticketed(Records.Promise(3))]);
            Assert.True(reached.Wait(Patience));

            // While the disk is busy, memory is ahead: entry 19 is another one there, and a snapshot ends with it.
            writer.Enqueue([Ticketed(Records.Truncate(19)), Ticketed(Records.Append(3, 19))]);
            writer.Checkpoint(Records.At(3, 19));
            hold.Set();
            Assert.Equal(Records.At(3, 19), _listener.WaitForCheckpoint());
            _listener.WaitForTicket(23);
        }

        _disk.Inject = null;
        _disk.Kill();
        using var again = Records.Open(_disk);
        Assert.Equal(Records.At(3, 19), again.Log.Base);
        Assert.Empty(again.Entries);
    }

    [Fact]
    public void Entries_are_read_back_while_others_are_written_in_their_place()
    {
        using var store = DurableStore.Open(_disk, Records.Options with { PrepareInBackground = true });
        using var writer = new LogWriter(store, _listener);
        var failure = new ConcurrentQueue<Exception>();
        using var stop = new CancellationTokenSource();
        var reader = new Thread(() =>
        {
            try
            {
                while (!stop.IsCancellationRequested)
                    foreach (var entry in store.Log.Read(new LogIndex(1), 1 << 20)) Assert.NotEmpty(entry.Payload.ToArray());
            }
            catch (Exception problem)
            {
                failure.Enqueue(problem);
            }
        });
        reader.Start();
        for (var round = 1UL; round <= 100; round++)
        {
            var first = 1 + ((long)round * 5);
            if (round == 1) writer.Enqueue([.. Records.Appends(1, 1, first - 1).Select(Ticketed)]);
            writer.Enqueue([.. Records.Appends(round, first, first + 20).Select(Ticketed), Ticketed(Records.Truncate(first + 5))]);
        }

        _listener.WaitForTicket(_ticket);
        stop.Cancel();
        reader.Join();
        Assert.Empty(failure);
    }

    private DurableRecord Ticketed(DurableRecord record) => record with { Ticket = ++_ticket };

    private sealed class Listener : ILogWriterListener
    {
        private readonly BlockingCollection<bool> _full = [];
        private readonly BlockingCollection<LogPosition> _checkpoints = [];
        private readonly BlockingCollection<Exception> _failures = [];
        private readonly List<long> _tickets = [];

        public IReadOnlyList<long> Tickets
        {
            get
            {
                lock (_tickets) return [.. _tickets];
            }
        }

        public void OnPersisted(long ticket)
        {
            lock (_tickets)
            {
                _tickets.Add(ticket);
                Monitor.PulseAll(_tickets);
            }
        }

        public void OnCheckpoint(LogPosition position) => _checkpoints.Add(position);

        public void OnDiskFull(bool isFull) => _full.Add(isFull);

        public void OnFailed(Exception failure) => _failures.Add(failure);

        public void WaitForTicket(long ticket)
        {
            lock (_tickets)
                while (_tickets is not [.., var last] || last < ticket) Assert.True(Monitor.Wait(_tickets, Patience));
        }

        public bool WaitForDiskFull() => Wait(_full);

        public LogPosition WaitForCheckpoint() => Wait(_checkpoints);

        public Exception WaitForFailure() => Wait(_failures);

        private static T Wait<T>(BlockingCollection<T> reports)
        {
            Assert.True(reports.TryTake(out var report, Patience));
            return report;
        }
    }
}
