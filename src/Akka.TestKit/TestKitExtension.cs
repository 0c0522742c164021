using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Gives the settings of the test kit of an actor system.</summary>
public class TestKitExtension : ExtensionIdProvider<TestKitSettings>
{
    /// <inheritdoc/>
    public override TestKitSettings CreateExtension(ExtendedActorSystem system) =>
        new(system.Settings.Config.GetConfig("akka.test"));

    /// <summary>The settings of <paramref name="system"/>.</summary>
    public static TestKitSettings For(ActorSystem system) => system.WithExtension<TestKitSettings, TestKitExtension>();
}
