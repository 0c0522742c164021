#nullable enable

using System.Text;
using Akka.Actor.Setup;
using Akka.Cluster.SBR;
using Akka.Hosting;

namespace Akka.Cluster.Hosting.SBR;

/// <summary>Decides who survives when the members of a cluster cannot all reach each other.</summary>
public abstract class SplitBrainResolverOption : IHoconOption
{
    /// <summary>The side with most members survives.</summary>
    public static readonly SplitBrainResolverOption Default = new KeepMajorityOption();

    /// <summary>The name of the strategy.</summary>
    public abstract string ConfigPath { get; }

    public abstract Type Class { get; }

    /// <summary>The role of the members that count; all if not given.</summary>
    public string? Role { get; set; }

    public virtual void Apply(AkkaConfigurationBuilder builder, Setup? setup = null)
    {
        var hocon = new StringBuilder("akka.cluster {\n")
            .Set("downing-provider-class", Akka.Serialization.Serialization.TypeManifest(typeof(SplitBrainResolverProvider)))
            .Append("split-brain-resolver {\n")
            .Set("active-strategy", ConfigPath)
            .Append(ConfigPath).Append(" {\n")
            .Set("role", Role);
        AddTo(hocon);
        builder.AddHocon(hocon.Append("}\n}\n}\n").ToString(), HoconAddMode.Prepend);
    }

    /// <summary>Writes the settings of the strategy that not all have.</summary>
    private protected virtual void AddTo(StringBuilder hocon)
    {
    }
}

/// <summary>The side with most members survives; of two that are equal the one with the lowest address.</summary>
public sealed class KeepMajorityOption : SplitBrainResolverOption
{
    public override string ConfigPath => "keep-majority";

    public override Type Class => typeof(KeepMajorityOption);
}

/// <summary>Sides with at least so many members survive.</summary>
public sealed class StaticQuorumOption : SplitBrainResolverOption
{
    public override string ConfigPath => "static-quorum";

    public override Type Class => typeof(StaticQuorumOption);

    /// <summary>How many; more than half of all there may ever be, or two sides may survive.</summary>
    public int? QuorumSize { get; set; }

    private protected override void AddTo(StringBuilder hocon) => hocon.Set("quorum-size", QuorumSize);
}

/// <summary>The side with the oldest member survives.</summary>
public sealed class KeepOldestOption : SplitBrainResolverOption
{
    public override string ConfigPath => "keep-oldest";

    public override Type Class => typeof(KeepOldestOption);

    /// <summary>Whether the oldest member goes when it is alone.</summary>
    public bool? DownIfAlone { get; set; }

    private protected override void AddTo(StringBuilder hocon) => hocon.Set("down-if-alone", DownIfAlone);
}
