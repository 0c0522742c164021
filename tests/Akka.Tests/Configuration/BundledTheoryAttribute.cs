using Akka.Actor;
using Akka.Hosting;

namespace AkkaContract.Configuration;

/// <summary>A promise of the bundled engine that the official one does not make: where an error is, for one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BundledTheoryAttribute : TheoryAttribute
{
    public BundledTheoryAttribute() => Skip = BundledFactAttribute.Reason;
}

/// <inheritdoc cref="BundledTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BundledFactAttribute : FactAttribute
{
    public BundledFactAttribute() => Skip = Reason;

    /// <summary>Why it does not apply; null when it does. The bundled engine is one assembly, the official one is many.</summary>
    internal static string? Reason =>
        typeof(ActorSystem).Assembly == typeof(AkkaConfigurationBuilder).Assembly ? null : "promised by the bundled engine only";
}
