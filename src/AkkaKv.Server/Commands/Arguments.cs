using System.Globalization;
using AkkaKv.Server.Configuration;

namespace AkkaKv.Server.Commands;

/// <summary>What the command line asks for. The usage text is the contract.</summary>
public abstract record Arguments
{
    public const string Usage = """
        usage:
          AkkaKv.Server cluster [--data DIR] [--config FILE]
              start all servers of the configuration on this machine, each a process of its own
          AkkaKv.Server --config FILE --server ID [--data DIR] [--discard-damaged]
              run one server in the foreground
          AkkaKv.Server --help

        Without --config, `cluster` starts the three servers of hocon/cluster.conf. Exit codes: 0 stopped as asked, 1 failed while
        running, 2 bad arguments or configuration, 3 damaged data (with file and offset).
        """;

    private Arguments()
    {
    }

    /// <summary>Print the usage.</summary>
    public sealed record Help : Arguments;

    /// <summary>All servers of the configuration, on this machine.</summary>
    /// <param name="Config">A file, or null for the one that ships with the program.</param>
    /// <param name="Data">The folder in which each server has its own, or null for what the configuration says.</param>
    public sealed record Cluster(string? Config, string? Data) : Arguments;

    /// <summary>One server.</summary>
    /// <param name="Config">The configuration, the same on every server.</param>
    /// <param name="ServerId">Which of its servers this is.</param>
    /// <param name="Data">This server's own folder, or null for what the configuration says.</param>
    /// <param name="DiscardDamaged">Set damaged data aside and be filled again by the other servers.</param>
    public sealed record Serve(string Config, int ServerId, string? Data, bool DiscardDamaged) : Arguments;

    /// <exception cref="ConfigurationProblemException">The arguments cannot be understood.</exception>
    public static Arguments Parse(IReadOnlyList<string> args)
    {
        if (args.Contains("--help") || args.Contains("-h"))
            return new Help();
        if (args.Count == 0)
            throw new ConfigurationProblemException("say `cluster`, or --config FILE --server ID");

        var isCluster = args[0] == "cluster";
        var values = new Dictionary<string, string>();
        var discard = false;
        for (var i = isCluster ? 1 : 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--discard-damaged" when !isCluster:
                    discard = true;
                    break;
                case "--config" or "--data":
                case "--server" when !isCluster:
                    if (i + 1 == args.Count)
                        throw new ConfigurationProblemException($"{args[i]} needs a value");
                    if (!values.TryAdd(args[i], args[i + 1]))
                        throw new ConfigurationProblemException($"{args[i]} is given twice");
                    i++;
                    break;
                default:
                    throw new ConfigurationProblemException($"'{args[i]}' is not understood");
            }
        }

        var config = values.GetValueOrDefault("--config");
        var data = values.GetValueOrDefault("--data");
        if (isCluster)
            return new Cluster(config, data);
        if (config is null || !values.TryGetValue("--server", out var server))
            throw new ConfigurationProblemException("one server needs --config FILE and --server ID");
        if (!int.TryParse(server, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            throw new ConfigurationProblemException($"--server {server}: an id is a number");
        return new Serve(config, id, data, discard);
    }
}
