using Akka.Actor;
using Akka.Hosting;

namespace AkkaContract.Configuration;

/// <summary>A promise of the bundled engine that the official one does not make: where an error is, for one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BundledTheoryAttribute : TheoryAttribute
{
    public BundledTheoryAttribute()
    {
        // The bundled engine is one assembly, the official one is many.
        if (typeof(ActorSystem).Assembly != typeof(AkkaConfigurationBuilder).Assembly)
            Skip = "promised by the bundled engine only";
    }
}
