using System.Buffers;
using AkkaKv.Resp;
using BenchmarkDotNet.Attributes;

namespace AkkaKv.Benchmarks.Parts;

/// <summary>One pipelined read's worth of requests parsed, and of replies written and found again. Figures are for one of them.</summary>
[MemoryDiagnoser]
public class RespBenchmarks
{
    private const int Count = 64;

    private static readonly ReplyWriter Writer = new();

    private readonly RequestParser _parser = new(new RespLimits());
    private readonly ReplyScanner _scanner = new();
    private readonly byte[] _value = new byte[100];
    private byte[] _requests = [];
    private byte[] _replies = [];

    [GlobalSetup]
    public void Prepare()
    {
        var requests = new ArrayBufferWriter<byte>();
        for (var i = 0; i < Count; i++)
        {
            RequestWriter.Begin(requests, 3);
            RequestWriter.Argument(requests, "SET"u8);
            RequestWriter.Argument(requests, "key:0000000001"u8);
            RequestWriter.Argument(requests, _value);
        }

        _requests = requests.WrittenSpan.ToArray();
        WriteReplies();
        _replies = Writer.Written.ToArray();
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int ParseRequest()
    {
        var bytes = 0;
        var rest = _requests.AsSpan();
        while (_parser.Read(rest, out var consumed) == RequestStatus.Complete)
        {
            bytes += _parser.Arguments(rest)[2].Length;
            rest = rest[consumed..];
        }

        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int WriteReply() => WriteReplies();

    [Benchmark(OperationsPerInvoke = Count)]
    public int ScanReply()
    {
        var replies = 0;
        for (var rest = _replies.AsSpan(); _scanner.Scan(rest, out var consumed) == OperationStatus.Done; rest = rest[consumed..])
            replies++;
        return replies;
    }

    private int WriteReplies()
    {
        Writer.Clear();
        for (var i = 0; i < Count; i++)
            Writer.Bulk(_value);
        return Writer.Length;
    }
}
