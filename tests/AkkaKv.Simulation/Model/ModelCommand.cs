using System.Globalization;

namespace AkkaKv.Simulation.Model;

/// <summary>The model as a command, for bounds that no test suite has the time for.</summary>
public static class ModelCommand
{
    private const string Usage = """
        model [options]: searches every state of the protocol's model within bounds.
          --mutant N          search a broken variant (its number; 0 is the protocol)
          --replicas N        3 (the default) to 5
          --owners A,B,..     the server of each leader instance, in the order of epochs (0,1)
          --heartbeats A,B,.. heartbeats of each leader instance (3,1)
          --writes N          client writes (1)
          --restarts N        crashes with restart (0)
          --losses N          disks lost (0)
          --revokes N         leases taken back (0)
          --reads N           reads through the leader (0)
          --lease N           ticks of a lease (2)
          --received          option R: holders need only have received an entry
          --established       begin with the first leader in office
          --verbatim          tell states apart that differ in nothing that matters
          --time SECONDS      give up after this time (3600)
          --memory MIB        give up at this size (4096)
          --walk STEPS        random walks of so many steps in all instead of a search
          --length N          steps of one walk (80)
          --seed N            seed of the walks (1)
        Exit code: 0 no violation and complete, 1 violation, 2 stopped by a limit, 64 wrong options.
        """;

    /// <summary>Runs a search and prints what it finds.</summary>
    /// <param name="args">As in the usage text.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args)
    {
        try
        {
            var options = Options.Parse(args);
            var result = options.Walk > 0
                ? new RandomWalk(options.Bounds, options.Seed, options.Length, options.Walk, options.Limits.Time).Run()
                : new Search(options.Bounds, options.Limits, Report).Run();
            Console.WriteLine(result);
            if (result.Violation is not null) return 1;
            return result.IsComplete || options.Walk > 0 ? 0 : 2;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or OverflowException)
        {
            Console.Error.WriteLine($"{wrong.Message}\n{Usage}");
            return 64;
        }
    }

    private static void Report(SearchResult result) => Console.WriteLine(
        $"{result.Elapsed.TotalSeconds,7:F0} s  {result.States,14:N0} states  {result.Transitions,15:N0} transitions  "
        + $"depth {result.Depth}");

    private sealed record Options(Bounds Bounds, SearchLimits Limits, long Walk = 0, int Length = 80, ulong Seed = 1)
    {
        public static Options Parse(string[] args)
        {
            var options = new Options(new Bounds(), new SearchLimits(TimeSpan.FromHours(1), 4L << 30));
            for (var at = 0; at < args.Length; at++)
            {
                options = args[at] switch
                {
                    "--received" => options with { Bounds = options.Bounds with { CountReceived = true } },
                    "--established" => options with { Bounds = options.Bounds with { Established = true } },
                    "--verbatim" => options with { Bounds = options.Bounds with { Verbatim = true } },
                    var name when at + 1 < args.Length => options.With(name, args[++at]),
                    var name => throw new ArgumentException($"{name}: unknown, or without its value."),
                };
            }

            options.Bounds.Validate();
            return options;
        }

        private Options With(string name, string value) => name switch
        {
            "--mutant" when Enum.IsDefined((Mutant)Number(value)) => this with { Bounds = Bounds with { Mutant = (Mutant)Number(value) } },
            "--replicas" => this with { Bounds = Bounds with { Replicas = Number(value) } },
            "--owners" => this with { Bounds = Bounds with { Owners = Numbers(value) } },
            "--heartbeats" => this with { Bounds = Bounds with { Heartbeats = Numbers(value) } },
            "--writes" => this with { Bounds = Bounds with { Writes = Number(value) } },
            "--restarts" => this with { Bounds = Bounds with { Restarts = Number(value) } },
            "--losses" => this with { Bounds = Bounds with { Losses = Number(value) } },
            "--revokes" => this with { Bounds = Bounds with { Revokes = Number(value) } },
            "--reads" => this with { Bounds = Bounds with { Reads = Number(value) } },
            "--lease" => this with { Bounds = Bounds with { Lease = Number(value) } },
            "--time" => this with { Limits = Limits with { Time = TimeSpan.FromSeconds(Number(value)) } },
            "--memory" => this with { Limits = Limits with { Bytes = (long)Number(value) << 20 } },
            "--walk" => this with { Walk = long.Parse(value, CultureInfo.InvariantCulture) },
            "--length" => this with { Length = Number(value) },
            "--seed" => this with { Seed = ulong.Parse(value, CultureInfo.InvariantCulture) },
            _ => throw new ArgumentException($"{name} {value}: unknown."),
        };

        private static int Number(string value) => int.Parse(value, CultureInfo.InvariantCulture);

        private static int[] Numbers(string value) => [.. value.Split(',').Select(Number)];
    }
}
