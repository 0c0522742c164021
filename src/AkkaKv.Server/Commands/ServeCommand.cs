using AkkaKv.Server.Configuration;
using AkkaKv.Server.Hosting;

namespace AkkaKv.Server.Commands;

/// <summary>Runs one server in the foreground.</summary>
internal static class ServeCommand
{
    public static Task<int> RunAsync(Arguments.Serve arguments)
    {
        var settings = SettingsReader.Read(arguments.Config);
        var self = settings.Server(arguments.ServerId);
        var data = Path.GetFullPath(arguments.Data ?? Path.Combine(settings.DataDirectory, $"{self.Id}"));
        return ServerProcess.RunAsync(new ServerOptions(settings, self, data, arguments.DiscardDamaged));
    }
}
