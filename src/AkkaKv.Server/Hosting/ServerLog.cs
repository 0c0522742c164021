using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AkkaKv.Server.Hosting;

/// <summary>How the server logs: one line an event, with the time in UTC, to standard output.</summary>
internal static class ServerLog
{
    public static void Configure(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);
        // The framework's own coming and going is no event of this server.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // Nor is the engine's: what it means for the store, the replica and the leader say themselves.
        logging.AddFilter("Akka", LogLevel.Warning);
        logging.AddFilter("AkkaKv", LogLevel.Information);
        // Why a server does not start is said once, in a line: these say it too, each with a page of stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("Akka.Hosting.AkkaHostedService", LogLevel.None);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }
}
