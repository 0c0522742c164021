#nullable enable

using Akka.Actor;
using Akka.Hosting;

namespace Akka.Remote.Hosting;

/// <summary>Lets an actor system in a host talk to others.</summary>
public static class AkkaRemoteHostingExtensions
{
    /// <summary>Turns remoting on. What is given lies over what was configured before; the rest stays.</summary>
    /// <param name="builder">What it is added to.</param>
    /// <param name="hostname">What to listen on.</param>
    /// <param name="port">The port to listen on; 0 for any that is free.</param>
    /// <param name="publicHostname">The name under which others reach this system, where it is another one.</param>
    /// <param name="publicPort">The port at which others reach this system, where it is another one.</param>
    public static AkkaConfigurationBuilder WithRemoting(
        this AkkaConfigurationBuilder builder,
        string? hostname = null,
        int? port = null,
        string? publicHostname = null,
        int? publicPort = null) =>
        builder.WithRemoting(new RemoteOptions
        {
            HostName = hostname,
            Port = port,
            PublicHostName = publicHostname,
            PublicPort = publicPort,
        });

    /// <inheritdoc cref="WithRemoting(AkkaConfigurationBuilder, string, int?, string, int?)"/>
    /// <param name="configure">Sets the options.</param>
    public static AkkaConfigurationBuilder WithRemoting(this AkkaConfigurationBuilder builder, Action<RemoteOptions> configure)
    {
        var options = new RemoteOptions();
        configure(options);
        return builder.WithRemoting(options);
    }

    /// <inheritdoc cref="WithRemoting(AkkaConfigurationBuilder, string, int?, string, int?)"/>
    /// <param name="options">The options.</param>
    public static AkkaConfigurationBuilder WithRemoting(this AkkaConfigurationBuilder builder, RemoteOptions options)
    {
        builder.AddHocon(options.ToHocon().ToString(), HoconAddMode.Prepend);

        // A cluster has remoting in it: the order of the two calls does not matter.
        return builder.ActorRefProvider is { HasValue: true, Value: ProviderSelection.Cluster }
            ? builder
            : builder.WithActorRefProvider(ProviderSelection.Remote.Instance);
    }
}
