using AkkaKv.Core;

namespace AkkaKv.Simulation.Checks;

public sealed class LogMatchingTests
{
    private static readonly ReplicaId One = new(0);
    private static readonly ReplicaId Other = new(1);
    private static readonly LogPosition First = new(new Epoch(1, 0, 7), new LogIndex(1));
    private static readonly LogPosition Rival = new(new Epoch(2, 1, 8), new LogIndex(1));
    private static readonly LogPosition Second = new(new Epoch(3, 0, 9), new LogIndex(2));

    private readonly LogMatching _logs = new();

    [Fact]
    public void The_same_bytes_after_the_same_entry_match()
    {
        _logs.OnAppend(One, First, Entry("a"u8));
        _logs.OnAppend(Other, First, Entry("a"u8));
    }

    [Fact]
    public void Other_bytes_under_one_name_are_noticed()
    {
        _logs.OnAppend(One, First, Entry("a"u8));
        Assert.Throws<SafetyViolationException>(() => _logs.OnAppend(Other, First, Entry("b"u8)));
    }

    [Fact]
    public void The_same_entry_after_another_one_is_noticed()
    {
        _logs.OnAppend(One, First, Entry("a"u8));
        Assert.Throws<SafetyViolationException>(() => _logs.OnAppend(Other, Rival, Entry("a"u8)));
    }

    private static Entry Entry(ReadOnlySpan<byte> payload) => new(Second, 1, EntryKind.Requests, payload.ToArray());
}
