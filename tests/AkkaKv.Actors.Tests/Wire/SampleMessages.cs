using System.Collections.Immutable;
using System.Reflection;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;

namespace AkkaKv.Actors.Tests.Wire;

/// <summary>
/// One of each message of the protocol, made by reflection, every field with a value of its own and none with its default.
/// </summary>
internal sealed class SampleMessages
{
    private int _counter = 100;

    /// <summary>Every kind of message that exists.</summary>
    public static IReadOnlyList<Type> Kinds { get; } =
    [
        .. typeof(Message).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Message)))
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    public static Message Of(Type kind)
    {
        var samples = new SampleMessages();
        var constructor = kind.GetConstructors(BindingFlags.Public | BindingFlags.Instance).Single();
        return (Message)constructor.Invoke([.. constructor.GetParameters().Select(parameter => samples.Value(parameter.ParameterType))]);
    }

    private object Value(Type type)
    {
        var n = ++_counter;
        return type switch
        {
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => n << 17,
            _ when type == typeof(long) => (long)n << 33,
            _ when type == typeof(ulong) => (ulong)n << 56,
            _ when type == typeof(TimeSpan) => TimeSpan.FromTicks(n),
            _ when type == typeof(Epoch) => new Epoch((ulong)n, 2, ulong.MaxValue - (ulong)n),
            _ when type == typeof(LogIndex) => new LogIndex(n),
            _ when type == typeof(LogPosition) => new LogPosition(new Epoch((ulong)n, 1, 7), new LogIndex(n)),
            _ when type == typeof(ReplicaId) => new ReplicaId((byte)(1 + (n % 6))),
            _ when type == typeof(StoreId) => new StoreId(Id(n)),
            _ when type == typeof(ClusterId) => new ClusterId(Id(n)),
            _ when type == typeof(StoreMode) => StoreMode.Voter,
            _ when type == typeof(LeaseGrant) => new LeaseGrant((ulong)n, n + 1),
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([1, 2, 3, (byte)n]),
            _ when type == typeof(ImmutableArray<Entry>) => Entries(n),
            _ when type == typeof(ImmutableArray<PeerStatus>) => ImmutableArray.Create(
                new PeerStatus(new ReplicaId(0), new LogIndex(n), true, false),
                new PeerStatus(new ReplicaId(2), new LogIndex(n + 1), false, true)),
            _ when type == typeof(StoreRegistry) => StoreRegistry.Empty
                .With(new ReplicaId(0), new StoreId(Id(n))).With(new ReplicaId(2), new StoreId(Id(n + 1))),
            _ => throw new InvalidOperationException($"Messages have a field of type {type} now: say what a sample of it is."),
        };
    }

    private static ImmutableArray<Entry> Entries(int n) =>
    [
        new Entry(new LogPosition(new Epoch(3, 1, 9), new LogIndex(n)), n, EntryKind.Barrier, new byte[] { 9, 8, 7 }),
        new Entry(new LogPosition(new Epoch(4, 2, 8), new LogIndex(n + 1)), n + 5, EntryKind.Requests, ReadOnlyMemory<byte>.Empty),
    ];

    private static Guid Id(int n) => new(n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
}
