#nullable enable

using Akka.Configuration;

namespace Akka.Actor;

/// <summary>A phase of <see cref="CoordinatedShutdown"/> as configured, and the tasks that were added to it.</summary>
internal sealed class ShutdownPhase
{
    private readonly IList<string> _dependsOn;

    private ShutdownPhase(string name, Config settings, TimeSpan defaultTimeout)
    {
        Name = name;
        Timeout = settings.GetTimeSpan("timeout", defaultTimeout, allowInfinite: false);
        Recovers = settings.GetBoolean("recover", true);
        IsEnabled = settings.GetBoolean("enabled", true);
        _dependsOn = settings.GetStringList("depends-on");
    }

    public string Name { get; }

    /// <summary>How long its tasks may take together.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Whether the next phase runs even when a task failed or was late.</summary>
    public bool Recovers { get; }

    public bool IsEnabled { get; }

    public List<(string Name, Func<Task<Done>> Start)> Tasks { get; } = [];

    /// <summary>The phases of the configuration, each after all that it depends on.</summary>
    /// <exception cref="ConfigurationException">They depend on each other in a circle.</exception>
    public static List<ShutdownPhase> InOrder(Config settings)
    {
        var defaultTimeout = settings.GetTimeSpan("default-phase-timeout", allowInfinite: false);
        var configured = (settings.GetConfig("phases")?.AsEnumerable() ?? [])
            .Select(phase => new ShutdownPhase(phase.Key, phase.Value.ToConfig(), defaultTimeout))
            .ToDictionary(phase => phase.Name);

        // A phase may be named only by those that depend on it: it has the defaults, then.
        foreach (var name in configured.Values.SelectMany(phase => phase._dependsOn).Where(name => !configured.ContainsKey(name)).ToList())
            configured[name] = new ShutdownPhase(name, Config.Empty, defaultTimeout);

        var ordered = new List<ShutdownPhase>();
        var open = new HashSet<string>();
        foreach (var phase in configured.Values)
            Visit(phase);
        return ordered;

        void Visit(ShutdownPhase phase)
        {
            if (ordered.Contains(phase))
                return;
            if (!open.Add(phase.Name))
                throw new ConfigurationException($"the phase {phase.Name} of akka.coordinated-shutdown depends on itself");
            foreach (var earlier in phase._dependsOn)
                Visit(configured[earlier]);
            ordered.Add(phase);
        }
    }
}
