using System.Diagnostics;
using HdrHistogram;

namespace AkkaKv.Benchmarks.Load;

/// <summary>One thread of the load generator with its share of the connections.</summary>
internal sealed class LoadWorker : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const int WaitMilliseconds = 20;
    private const long SlowestNanoseconds = 100_000_000_000;

    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    private readonly LoadOptions _options;
    private readonly KeyChooser _keys;
    private readonly List<LoadConnection> _connections = [];
    private readonly long _begin;
    private readonly long _measureFrom;
    private readonly long _end;
    private readonly long _stallBound;
    private int _fillNext;
    private bool _isEnding;
    private double _issued;
    private int _turn;
    private long _operations;

    public LoadWorker(LoadOptions options, Dataset data, Func<Wire> wires, int index, int connections)
    {
        _options = options;
        Data = data;
        _fillNext = data.Written + index;
        _keys = new KeyChooser(data.Keys, options.Distribution, index);
        Poll = new Native.Poll(connections);
        var wire = wires();
        Output = new byte[Math.Max(BufferBytes, 2 * wire.RequestBytesMax)];
        Input = new byte[Math.Max(BufferBytes, 2 * wire.RequestBytesMax)];
        for (var i = 0; i < connections; i++)
        {
            var server = options.Servers[((i * options.Threads) + index) % options.Servers.Length];
            var connection = new LoadConnection(this, server, wires(), i, options.Depth);
            _connections.Add(connection);
            Poll.Watch(connection.Handle, i);
        }

        _begin = Now;
        _measureFrom = _begin + (options.IsFill ? 0 : Ticks(options.WarmUp));
        _end = options.IsFill ? long.MaxValue : _measureFrom + Ticks(options.Duration);
        _stallBound = Ticks(options.StallBound);
    }

    public static long Now => Stopwatch.GetTimestamp();

    public Dataset Data { get; }

    public Native.Poll Poll { get; }

    public byte[] Output { get; }

    public byte[] Input { get; }

    /// <summary>Latencies in nanoseconds.</summary>
    public LongHistogram Puts { get; } = new(SlowestNanoseconds, 3);

    /// <summary>Latencies in nanoseconds.</summary>
    public LongHistogram Gets { get; } = new(SlowestNanoseconds, 3);

    public Dictionary<string, long> Problems { get; } = [];

    public List<Stall> Stalls { get; } = [];

    /// <summary>Answers so far, those of the warm-up included. Read by another thread.</summary>
    public long Operations => Volatile.Read(ref _operations);

    /// <summary>Requests until the time is over, then waits for the answers that are still due.</summary>
    public void Run()
    {
        foreach (var connection in _connections)
        {
            connection.Begin();
            if (_options.Rate == 0)
                connection.Issue(connection.Free, Now);
        }

        while (!_isEnding)
        {
            Turn();
            _isEnding |= Now >= _end || _connections.TrueForAll(connection => connection.IsClosed)
                || (_options.IsFill && _fillNext >= Data.Keys);
        }

        var limit = Now + Ticks(DrainLimit);
        while (_connections.Exists(connection => connection.UnderWay > 0) && Now < limit)
            Turn();
        foreach (var connection in _connections)
        {
            if (connection.UnderWay > 0)
                Problem("No answer came", connection.UnderWay);
        }
    }

    public bool TryNext(out int key, out bool isPut)
    {
        isPut = _options.IsFill || _keys.IsAmong(_options.PutPercent);
        if (!_options.IsFill)
        {
            key = _keys.Next();
            return !_isEnding;
        }

        key = _fillNext;
        _fillNext = Math.Min(Data.Keys, key + _options.Threads);
        return key < Data.Keys;
    }

    public void Count(bool isPut, long start, long now, string? problem)
    {
        Volatile.Write(ref _operations, _operations + 1);
        if (problem is not null)
        {
            Problem(problem, 1);
            return;
        }

        if (now < _measureFrom || now >= _end)
            return;

        var elapsed = now - start;
        (isPut ? Puts : Gets).RecordValue(Math.Min(Nanoseconds(elapsed), SlowestNanoseconds));
        if (elapsed > _stallBound)
            Stalled(start, now);
    }

    public void Problem(string text, int count) =>
        Problems[text] = Problems.TryGetValue(text, out var before) ? before + count : count;

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
        Poll.Dispose();
    }

    private void Turn()
    {
        var ready = Poll.Wait(_options.Rate > 0 ? 1 : WaitMilliseconds);
        for (var i = 0; i < ready; i++)
        {
            var (number, events) = Poll.Event(i);
            var connection = _connections[number];
            if ((events & Native.Out) != 0)
                connection.Flush();
            if ((events & ~Native.Out) != 0)
                connection.Receive();
            if (_options.Rate == 0 && connection.Free > 0 && !_isEnding)
                connection.Issue(connection.Free, Now);
        }

        if (_options.Rate > 0 && !_isEnding)
            IssueWhatIsDue();
    }

    /// <summary>A request's time runs from when it was due, also when no connection was free: clients wait, too.</summary>
    private void IssueWhatIsDue()
    {
        var interval = (double)Stopwatch.Frequency * _options.Threads / _options.Rate;
        var due = (Now - _begin) / interval;
        var busy = 0;
        while (busy < _connections.Count && _issued < due)
        {
            // Each in its turn: several on one connection would reach the server together, which is less work for it.
            _turn = (_turn + 1) % _connections.Count;
            var connection = _connections[_turn];
            if (connection.Free > 0)
            {
                connection.Issue(1, _begin + (long)(_issued++ * interval));
                busy = 0;
            }
            else
            {
                busy++;
            }
        }
    }

    private void Stalled(long start, long now)
    {
        var from = Stopwatch.GetElapsedTime(_begin, start);
        var to = Stopwatch.GetElapsedTime(_begin, now);
        if (Stalls.Count > 0 && from <= Stalls[^1].To)
            Stalls[^1] = Stalls[^1].With(from, to);
        else
            Stalls.Add(new Stall(from, to, to - from, 1));
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static long Nanoseconds(long ticks) => (long)(ticks * (1e9 / Stopwatch.Frequency));
}

/// <summary>A time in which requests were slower than the bound.</summary>
/// <param name="From">When the first of them was sent, since the beginning of the run.</param>
/// <param name="To">When the last of them was answered.</param>
/// <param name="Slowest">The longest wait.</param>
/// <param name="Requests">How many.</param>
internal sealed record Stall(TimeSpan From, TimeSpan To, TimeSpan Slowest, int Requests)
{
    public Stall With(TimeSpan from, TimeSpan to) => new(
        from < From ? from : From, to > To ? to : To, to - from > Slowest ? to - from : Slowest, Requests + 1);
}
