using System.Numerics;

namespace AkkaKv.Simulation.Model;

/// <summary>
/// A log in 32 bits: four bits an entry, the first entry lowest, each the epoch of the leader that made it (1 and up; 0 is the end).
/// An epoch and an index name an entry, so nothing else need be kept: the first entry of an epoch is its barrier, all others are writes
/// of the one register.
/// </summary>
internal static class PackedLog
{
    /// <summary>The most entries of a log: the four highest bits are left to who keeps it.</summary>
    public const int LengthMax = 7;

    public static int Length(uint log) => (35 - BitOperations.LeadingZeroCount(log)) / 4;

    /// <summary>The epoch of an entry, the first being 1; 0 where there is none.</summary>
    public static int EpochAt(uint log, int index) => index <= 0 ? 0 : (int)(log >> ((index - 1) * 4)) & 15;

    public static int LastEpoch(uint log) => EpochAt(log, Length(log));

    public static uint Prefix(uint log, int length) => length >= 8 ? log : log & ((1u << (length * 4)) - 1);

    public static uint Append(uint log, int epoch) => log | ((uint)epoch << (Length(log) * 4));

    /// <summary>The number of entries in which two logs agree from the beginning.</summary>
    public static int Common(uint one, uint other) =>
        Math.Min(BitOperations.TrailingZeroCount(one ^ other) / 4, Math.Min(Length(one), Length(other)));

    /// <summary>The index of the barrier of an epoch; 0 if the log has none.</summary>
    public static int Barrier(uint log, int epoch)
    {
        for (var index = 1; index <= Length(log); index++)
        {
            if (EpochAt(log, index) == epoch) return index;
        }

        return 0;
    }

    /// <summary>The last write at or before an index; 0 if there is none.</summary>
    public static int LastWrite(uint log, int upTo)
    {
        for (var index = Math.Min(upTo, Length(log)); index > 1; index--)
        {
            if (EpochAt(log, index) == EpochAt(log, index - 1)) return index;
        }

        return 0;
    }

    /// <summary>I3: an entry that two logs share has the same entries before it in both.</summary>
    public static bool Match(uint one, uint other)
    {
        for (var index = Common(one, other) + 1; index <= Math.Min(Length(one), Length(other)); index++)
        {
            if (EpochAt(one, index) == EpochAt(other, index)) return false;
        }

        return true;
    }

    public static string Describe(uint log)
    {
        var entries = Enumerable.Range(1, Length(log)).Select(index => $"{index}:e{EpochAt(log, index)}");
        return $"[{string.Join(' ', entries)}]";
    }
}
