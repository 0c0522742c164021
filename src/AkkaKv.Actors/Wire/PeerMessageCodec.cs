using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.Serialization;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;

namespace AkkaKv.Actors;

/// <summary>
/// The binary form of the messages between servers. Little-endian, fields in the order of the records in
/// <see cref="Message"/>:
/// <code>
/// version u8 = 1 | sender's slot u8 | sender's part u8 | epoch (round u64, slot u8, nonce u64) | fields of the message
/// index i64; position = epoch, index; duration i64 in ticks of 100 ns; ids 16 bytes big-endian; block = length i32, bytes;
/// list = count i32, items; entries as EntryCodec writes them
/// </code>
/// The manifest names the message. A changed layout gets another version, an added message another manifest; both are
/// refused, and logged, by a server that does not know them.
/// </summary>
internal static class PeerMessageCodec
{
    private const byte Version = 1;
    private const int HeaderBytes = 3 + EpochBytes;
    private const int EpochBytes = 17;
    private const int PeerBytes = 11;

    // Enough for every message without entries or blocks; those add their own lengths.
    private const int FixedBytes = HeaderBytes + 128;

    public static string Manifest(Message message) => message switch
    {
        Message.Inspect => "inspect",
        Message.Nominate => "nominate",
        Message.Found => "found",
        Message.Prepare => "prepare",
        Message.Replicate => "replicate",
        Message.Advance => "advance",
        Message.Heartbeat => "heartbeat",
        Message.Replaced => "replaced",
        Message.Revoke => "revoke",
        Message.StandDown => "stand-down",
        Message.Fetch => "fetch",
        Message.SendSnapshot => "send-snapshot",
        Message.ReadIndexed => "read-indexed",
        Message.Inspected => "inspected",
        Message.Nominated => "nominated",
        Message.Founded => "founded",
        Message.Promised => "promised",
        Message.Refused => "refused",
        Message.Blank => "blank",
        Message.Misconfigured => "misconfigured",
        Message.Acknowledged => "ack",
        Message.Diverged => "diverged",
        Message.HeartbeatAcknowledged => "heartbeat-ack",
        Message.Revoked => "revoked",
        Message.Leave => "leave",
        Message.Fetched => "fetched",
        Message.FetchMissed => "fetch-missed",
        Message.Forward => "forward",
        Message.ReadIndex => "read-index",
        Message.AskCommit => "ask-commit",
        Message.SnapshotChunk => "snapshot-chunk",
        Message.SnapshotAcknowledged => "snapshot-ack",
        _ => throw new UnreachableException($"{message.GetType()} has no manifest."),
    };

    public static byte[] Encode(PeerMessage peer)
    {
        var message = peer.Message;
        var writer = new WireWriter(FixedBytes + VariableBytes(message));
        writer.Byte(Version).Byte(peer.From.Slot).Byte((byte)peer.Sender).Epoch(message.Epoch);
        switch (message)
        {
            case Message.Inspect or Message.Nominate or Message.Found or Message.Prepare or Message.Inspected
                or Message.Nominated or Message.Founded or Message.Promised or Message.Refused or Message.Blank or Message.Misconfigured
                or Message.Replaced:
                WriteTakeover(writer, message);
                break;
            case Message.SendSnapshot or Message.SnapshotChunk or Message.SnapshotAcknowledged:
                WriteSnapshot(writer, message);
                break;
            default:
                WriteReplication(writer, message);
                break;
        }

        return writer.ToArray();
    }

    /// <exception cref="SerializationException">The bytes are not a message that this version knows.</exception>
    public static PeerMessage Decode(byte[] bytes, string manifest)
    {
        var reader = new WireReader(bytes);
        var version = reader.Byte();
        if (version != Version)
            throw new SerializationException($"Version {version} of the wire is not known here, only {Version}.");

        var from = reader.Replica();
        var part = (Part)reader.Byte();
        if (part is not (Part.Replica or Part.Leader))
            throw new SerializationException($"There is no part {(byte)part} of a server.");

        var epoch = reader.Epoch();
        var message = ReadTakeover(ref reader, epoch, manifest)
            ?? ReadReplication(ref reader, epoch, manifest)
            ?? ReadSnapshot(ref reader, epoch, manifest)
            ?? throw new SerializationException($"The manifest '{manifest}' is not known here.");
        reader.End();
        return new PeerMessage(from, part, message);
    }

    private static int VariableBytes(Message message) => message switch
    {
        Message.Replicate replicate => EntriesBytes(replicate.Entries),
        Message.Fetched fetched => EntriesBytes(fetched.Entries),
        Message.Forward forward => forward.Requests.Length,
        Message.SnapshotChunk chunk => chunk.Bytes.Length,
        Message.Heartbeat heartbeat => heartbeat.Peers.Length * PeerBytes,
        Message.Promised => 128,
        _ => 0,
    };

    private static int EntriesBytes(ImmutableArray<Entry> entries)
    {
        var bytes = 0;
        foreach (var entry in entries)
            bytes += entry.EncodedLength;
        return bytes;
    }

    private static WireWriter WriteEntries(WireWriter writer, ImmutableArray<Entry> entries)
    {
        writer.Int32(entries.Length);
        foreach (var entry in entries)
            writer.Entry(entry);
        return writer;
    }

    private static WireWriter WriteTakeover(WireWriter writer, Message message) => message switch
    {
        Message.Inspect m => writer.Guid(m.Cluster.Value).UInt64(m.Configuration),
        Message.Nominate m => writer.Guid(m.Store.Value).Guid(m.Cluster.Value),
        Message.Found m => writer.Guid(m.Store.Value).Guid(m.Cluster.Value).Bool(m.Proven),
        Message.Prepare m => writer.Guid(m.Cluster.Value).UInt64(m.Configuration),
        Message.Inspected m => writer.Byte((byte)m.Mode).Guid(m.Store.Value).Guid(m.Cluster.Value).Bool(m.HearsLeader),
        Message.Nominated m => writer.Guid(m.Store.Value).Guid(m.Cluster.Value),
        Message.Founded m => writer.Guid(m.Store.Value).Guid(m.Cluster.Value),
        Message.Promised m => writer.Guid(m.Store.Value).Position(m.Last).Int64(m.LastStamp).Int64(m.SinceAck.Ticks)
            .Block(m.Stores.Encode()),
        Message.Refused m => writer.Epoch(m.Later),
        Message.Blank m => writer.Guid(m.Store.Value).Guid(m.Nomination.Value),
        Message.Misconfigured m => writer.Guid(m.Cluster.Value).UInt64(m.Configuration),
        Message.Replaced m => writer.Guid(m.Store.Value).Guid(m.Known.Value),
        _ => throw new UnreachableException(),
    };

    private static Message? ReadTakeover(ref WireReader reader, Epoch epoch, string manifest) => manifest switch
    {
        "inspect" => new Message.Inspect(epoch, new ClusterId(reader.Guid()), reader.UInt64()),
        "nominate" => new Message.Nominate(epoch, new StoreId(reader.Guid()), new ClusterId(reader.Guid())),
        "found" => new Message.Found(epoch, new StoreId(reader.Guid()), new ClusterId(reader.Guid()), reader.Bool()),
        "prepare" => new Message.Prepare(epoch, new ClusterId(reader.Guid()), reader.UInt64()),
        "inspected" => new Message.Inspected(
            epoch, ReadMode(ref reader), new StoreId(reader.Guid()), new ClusterId(reader.Guid()), reader.Bool()),
        "nominated" => new Message.Nominated(epoch, new StoreId(reader.Guid()), new ClusterId(reader.Guid())),
        "founded" => new Message.Founded(epoch, new StoreId(reader.Guid()), new ClusterId(reader.Guid())),
        "promised" => new Message.Promised(
            epoch, new StoreId(reader.Guid()), reader.Position(), reader.Int64(), TimeSpan.FromTicks(reader.Int64()),
            ReadStores(ref reader)),
        "refused" => new Message.Refused(epoch, reader.Epoch()),
        "blank" => new Message.Blank(epoch, new StoreId(reader.Guid()), new ClusterId(reader.Guid())),
        "replaced" => new Message.Replaced(epoch, new StoreId(reader.Guid()), new StoreId(reader.Guid())),
        "misconfigured" => new Message.Misconfigured(epoch, new ClusterId(reader.Guid()), reader.UInt64()),
        _ => null,
    };

    private static WireWriter WriteReplication(WireWriter writer, Message message) => message switch
    {
        Message.Replicate m => WriteEntries(writer.Position(m.Previous).Index(m.Commit), m.Entries),
        Message.Advance m => writer.Index(m.Commit),
        Message.Heartbeat m => WriteHeartbeat(writer, m),
        Message.Revoke m => writer.Int64(m.Revocation),
        Message.StandDown => writer,
        Message.Fetch m => writer.Byte(m.For.Slot).Index(m.After).Index(m.UpTo).Int32(m.BytesMax),
        Message.ReadIndexed m => writer.Int64(m.Id).Index(m.Index),
        Message.Acknowledged m => writer.Index(m.Match).Index(m.Received).Int64(m.Incarnation),
        Message.Diverged m => writer.Index(m.Previous).Index(m.Hint),
        Message.HeartbeatAcknowledged m =>
            writer.UInt64(m.Sequence).Index(m.Match).Index(m.Received).Int64(m.Incarnation).Bool(m.DiskFull),
        Message.Revoked m => writer.Int64(m.Revocation),
        Message.Leave m => writer.Int64(m.Incarnation),
        Message.Fetched m => WriteEntries(writer.Byte(m.For.Slot).Position(m.Previous), m.Entries),
        Message.FetchMissed m => writer.Byte(m.For.Slot).Index(m.After),
        Message.Forward m => writer.Block(m.Requests.Span).Bool(m.Again),
        Message.ReadIndex m => writer.Int64(m.Id),
        Message.AskCommit => writer,
        _ => throw new UnreachableException($"{message.GetType()} has no binary form."),
    };

    private static Message? ReadReplication(ref WireReader reader, Epoch epoch, string manifest) => manifest switch
    {
        "replicate" => ReadReplicate(ref reader, epoch),
        "advance" => new Message.Advance(epoch, reader.Index()),
        "heartbeat" => ReadHeartbeat(ref reader, epoch),
        "revoke" => new Message.Revoke(epoch, reader.Int64()),
        "stand-down" => new Message.StandDown(epoch),
        "fetch" => new Message.Fetch(epoch, reader.Replica(), reader.Index(), reader.Index(), reader.Int32()),
        "read-indexed" => new Message.ReadIndexed(epoch, reader.Int64(), reader.Index()),
        "ack" => new Message.Acknowledged(epoch, reader.Index(), reader.Index(), reader.Int64()),
        "diverged" => new Message.Diverged(epoch, reader.Index(), reader.Index()),
        "heartbeat-ack" => new Message.HeartbeatAcknowledged(
            epoch, reader.UInt64(), reader.Index(), reader.Index(), reader.Int64(), reader.Bool()),
        "revoked" => new Message.Revoked(epoch, reader.Int64()),
        "leave" => new Message.Leave(epoch, reader.Int64()),
        "fetched" => new Message.Fetched(epoch, reader.Replica(), reader.Position(), reader.Entries()),
        "fetch-missed" => new Message.FetchMissed(epoch, reader.Replica(), reader.Index()),
        "forward" => new Message.Forward(epoch, reader.Block(), reader.Bool()),
        "read-index" => new Message.ReadIndex(epoch, reader.Int64()),
        "ask-commit" => new Message.AskCommit(epoch),
        _ => null,
    };

    private static WireWriter WriteSnapshot(WireWriter writer, Message message) => message switch
    {
        Message.SendSnapshot m => writer.Byte(m.To.Slot).Int64(m.Transfer).Guid(m.Seed.Value),
        Message.SnapshotChunk m => writer.Int64(m.Transfer).Position(m.Position).Int64(m.Length).Int64(m.Offset)
            .Guid(m.Seed.Value).Guid(m.Cluster.Value).Block(m.Bytes.Span),
        Message.SnapshotAcknowledged m => writer.Int64(m.Transfer).Int64(m.Offset).Bool(m.Done),
        _ => throw new UnreachableException(),
    };

    private static Message? ReadSnapshot(ref WireReader reader, Epoch epoch, string manifest)
    {
        switch (manifest)
        {
            case "send-snapshot":
                return new Message.SendSnapshot(epoch, reader.Replica(), reader.Int64(), new StoreId(reader.Guid()));
            case "snapshot-ack":
                return new Message.SnapshotAcknowledged(epoch, reader.Int64(), reader.Int64(), reader.Bool());
            case "snapshot-chunk":
                var (transfer, position, length, offset) = (reader.Int64(), reader.Position(), reader.Int64(), reader.Int64());
                var (seed, cluster) = (new StoreId(reader.Guid()), new ClusterId(reader.Guid()));
                return new Message.SnapshotChunk(epoch, transfer, position, length, offset, reader.Block(), seed, cluster);
            default:
                return null;
        }
    }

    private static Message.Replicate ReadReplicate(ref WireReader reader, Epoch epoch)
    {
        var (previous, commit) = (reader.Position(), reader.Index());
        return new Message.Replicate(epoch, previous, reader.Entries(), commit);
    }

    private static WireWriter WriteHeartbeat(WireWriter writer, Message.Heartbeat m)
    {
        writer.UInt64(m.Sequence).Index(m.Commit).UInt64(m.Grant.Sequence).Int64(m.Grant.Incarnation)
            .Guid(m.Cluster.Value).UInt64(m.Configuration).Bool(m.DiskFull).Int32(m.Peers.Length);
        foreach (var peer in m.Peers)
            writer.Byte(peer.Id.Slot).Index(peer.Match).Bool(peer.LeaseGranted).Bool(peer.Reachable);
        return writer;
    }

    private static Message.Heartbeat ReadHeartbeat(ref WireReader reader, Epoch epoch)
    {
        var (sequence, index) = (reader.UInt64(), reader.Index());
        var grant = new LeaseGrant(reader.UInt64(), reader.Int64());
        var (cluster, configuration, diskFull) = (new ClusterId(reader.Guid()), reader.UInt64(), reader.Bool());
        var count = reader.Count(PeerBytes);
        var peers = ImmutableArray.CreateBuilder<PeerStatus>(count);
        for (var i = 0; i < count; i++)
            peers.Add(new PeerStatus(reader.Replica(), reader.Index(), reader.Bool(), reader.Bool()));
        return new Message.Heartbeat(epoch, sequence, index, grant, cluster, configuration, diskFull, peers.MoveToImmutable());
    }

    private static StoreMode ReadMode(ref WireReader reader) => (StoreMode)reader.Byte() switch
    {
        StoreMode.Blank => StoreMode.Blank,
        StoreMode.Voter => StoreMode.Voter,
        var other => throw new SerializationException($"There is no store mode {(byte)other}."),
    };

    private static StoreRegistry ReadStores(ref WireReader reader) =>
        StoreRegistry.TryDecode(reader.Block().Span, out var stores)
            ? stores
            : throw new SerializationException("A registry of stores is damaged.");
}
