using System.Collections.Immutable;
using Akka.Configuration;

namespace Akka.Cluster.SBR;

/// <summary>The section <c>akka.cluster.split-brain-resolver</c>, read once.</summary>
public sealed class SplitBrainResolverSettings
{
    /// <summary>The larger side lives.</summary>
    public const string KeepMajorityName = "keep-majority";

    /// <summary>The side with at least so many members lives.</summary>
    public const string StaticQuorumName = "static-quorum";

    /// <summary>The side with the oldest member lives.</summary>
    public const string KeepOldestName = "keep-oldest";

    /// <summary>Nobody lives.</summary>
    public const string DownAllName = "down-all";

    /// <summary>Reads the section.</summary>
    /// <exception cref="ConfigurationException">A setting is missing or has a value that it cannot have.</exception>
    public SplitBrainResolverSettings(Config config)
    {
        var section = config.GetConfig("akka.cluster.split-brain-resolver")
            ?? throw new ConfigurationException("akka.cluster.split-brain-resolver is missing.");
        DowningStrategy = section.GetString("active-strategy")?.Trim().ToLowerInvariant();
        if (!AllStrategyNames.Contains(DowningStrategy ?? ""))
        {
            throw new ConfigurationException(
                $"akka.cluster.split-brain-resolver.active-strategy: '{DowningStrategy}' is none of "
                + string.Join(", ", AllStrategyNames.Order()));
        }

        DowningStableAfter = section.GetTimeSpan("stable-after");
        if (DowningStableAfter <= TimeSpan.Zero)
            throw new ConfigurationException("akka.cluster.split-brain-resolver.stable-after must be longer than nothing.");

        DownAllWhenUnstable = UnstableAfter(section);
        KeepMajorityRole = NullWhenEmpty(section.GetString("keep-majority.role"));
        if (DowningStrategy == StaticQuorumName) StaticQuorumSettings = ReadStaticQuorum(section);
        if (DowningStrategy == KeepOldestName) KeepOldestSettings = ReadKeepOldest(section);
    }

    /// <summary>The strategies that there are.</summary>
    public static readonly ImmutableHashSet<string> AllStrategyNames = [KeepMajorityName, StaticQuorumName, KeepOldestName, DownAllName];

    /// <summary>The chosen one.</summary>
    public string DowningStrategy { get; }

    /// <summary>How long nothing may have changed before a decision.</summary>
    public TimeSpan DowningStableAfter { get; }

    /// <summary>How long, after that, changes may go on before everybody is downed; zero: for ever.</summary>
    public TimeSpan DownAllWhenUnstable { get; }

    /// <summary>Count only members with this role; null: all.</summary>
    public string KeepMajorityRole { get; }

    /// <summary>The settings of static-quorum; null under another strategy.</summary>
    public StaticQuorumSettings StaticQuorumSettings { get; }

    /// <summary>The settings of keep-oldest; null under another strategy.</summary>
    public KeepOldestSettings KeepOldestSettings { get; }

    private TimeSpan UnstableAfter(Config section)
    {
        const string path = "down-all-when-unstable";
        if (section.GetString(path)?.Trim().ToLowerInvariant() is not ("on" or "true" or "yes"))
            return ClusterSettings.OffOrTime(section, path) ?? TimeSpan.Zero;
        var share = DowningStableAfter * 3 / 4;
        return share > TimeSpan.FromSeconds(4) ? share : TimeSpan.FromSeconds(4);
    }

    private static StaticQuorumSettings ReadStaticQuorum(Config section)
    {
        if (!int.TryParse(section.GetString("static-quorum.quorum-size"), out var size) || size < 1)
            throw new ConfigurationException("akka.cluster.split-brain-resolver.static-quorum.quorum-size must be at least 1.");
        return new StaticQuorumSettings(size, NullWhenEmpty(section.GetString("static-quorum.role")));
    }

    private static KeepOldestSettings ReadKeepOldest(Config section) =>
        new(section.GetBoolean("keep-oldest.down-if-alone"), NullWhenEmpty(section.GetString("keep-oldest.role")));

    private static string NullWhenEmpty(string text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>Settings of the strategy static-quorum.</summary>
public sealed class StaticQuorumSettings(int size, string role)
{
    /// <summary>How many members a side needs to live.</summary>
    public int Size { get; } = size;

    /// <summary>Count only members with this role; null: all.</summary>
    public string Role { get; } = role;
}

/// <summary>Settings of the strategy keep-oldest.</summary>
public sealed class KeepOldestSettings(bool downIfAlone, string role)
{
    /// <summary>Whether the oldest gives way when it is the only one on its side.</summary>
    public bool DownIfAlone { get; } = downIfAlone;

    /// <summary>Count only members with this role; null: all.</summary>
    public string Role { get; } = role;
}
