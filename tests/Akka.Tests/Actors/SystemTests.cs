using Akka.Actor;

namespace AkkaContract.Actors;

public sealed class SystemTests() : ActorTests($"akka.extensions = [\"{typeof(ConfiguredProvider).AssemblyQualifiedName}\"]")
{
    [Fact]
    public void An_extension_i_made_once_for_a_system()
    {
        var before = CountingProvider.Made;

        var first = Sys.WithExtension<Counting, CountingProvider>();
        var second = new CountingProvider().Get(Sys);

        Assert.Same(first, second);
        Assert.Equal(before + 1, CountingProvider.Made);
        Assert.True(Sys.HasExtension<Counting>());
        Assert.Same(first, Sys.GetExtension<Counting>());
    }

    [Fact]
    public void An_extension_that_was_not_made_is_not_there()
    {
        Assert.False(Sys.HasExtension<NeverMade>());
        Assert.False(Sys.TryGetExtension<NeverMade>(out _));
    }

    [Fact]
    public void Extensions_of_the_configuration_are_there_from_the_start() => Assert.True(Sys.HasExtension<Configured>());

    [Fact]
    public async Task Ending_a_system_stops_its_actors()
    {
        var system = ActorSystem.Create("short-lived", "akka { stdout-loglevel = OFF, loggers = [], loglevel = OFF }");
        var stopped = new TaskCompletionSource();
        system.ActorOf(Props.Create(() => new Noting(stopped)));

        await system.Terminate().WaitAsync(Patience);

        Assert.True(stopped.Task.IsCompletedSuccessfully);
        Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
        await system.Terminate().WaitAsync(Patience);
    }

    [Fact]
    public void A_system_has_its_name_its_settings_and_its_clock()
    {
        Assert.Equal("test", Sys.Name);
        Assert.Equal("OFF", Sys.Settings.LogLevel);
        Assert.Equal("akka://test", ((ExtendedActorSystem)Sys).Provider.DefaultAddress.ToString());
        Assert.InRange(Sys.Uptime, TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    [Fact]
    public void A_system_needs_a_name_that_can_stand_in_an_address() =>
        Assert.ThrowsAny<ArgumentException>(() => ActorSystem.Create("no name"));

    public sealed class Counting : IExtension;

    public sealed class CountingProvider : ExtensionIdProvider<Counting>
    {
        private static int _made;

        public static int Made => Volatile.Read(ref _made);

        public override Counting CreateExtension(ExtendedActorSystem system)
        {
            Interlocked.Increment(ref _made);
            return new Counting();
        }
    }

    public sealed class Configured : IExtension;

    public sealed class ConfiguredProvider : ExtensionIdProvider<Configured>
    {
        public override Configured CreateExtension(ExtendedActorSystem system) => new();
    }

    private sealed class NeverMade : IExtension;

    private sealed class Noting(TaskCompletionSource stopped) : UntypedActor
    {
        protected override void PostStop() => stopped.SetResult();

        protected override void OnReceive(object message)
        {
        }
    }
}
