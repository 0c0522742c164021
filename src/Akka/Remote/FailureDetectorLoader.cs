#nullable enable
using System.Reflection;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote;

/// <summary>Creates the failure detector that a configuration section names in <c>implementation-class</c>.</summary>
internal static class FailureDetectorLoader
{
    /// <param name="typeName">The full type name, with or without an assembly; a detector has a (Config, EventStream) constructor.</param>
    /// <param name="config">The section with the detector's settings.</param>
    /// <param name="system">Whose event stream the detector may use.</param>
    /// <exception cref="ConfigurationException">There is no such type, or it is no failure detector.</exception>
    internal static FailureDetector Load(string typeName, Config config, ActorSystem system)
    {
        // The bundled engine is one assembly, so the name of the type decides and the assembly it is said to live in does not.
        var plainName = typeName.Split(',')[0].Trim();
        if (plainName == typeof(PhiAccrualFailureDetector).FullName)
            return new PhiAccrualFailureDetector(config, system.EventStream);
        if (plainName == typeof(DeadlineFailureDetector).FullName)
            return new DeadlineFailureDetector(config, system.EventStream);

        var type = Type.GetType(typeName) ?? throw new ConfigurationException($"Failure detector [{typeName}] was not found.");
        const BindingFlags constructors = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var constructor = type.GetConstructor(constructors, [typeof(Config), typeof(EventStream)]);
        return constructor?.Invoke([config, system.EventStream]) as FailureDetector
            ?? throw new ConfigurationException($"[{typeName}] is no failure detector with a (Config, EventStream) constructor.");
    }
}
