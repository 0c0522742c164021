using System.Globalization;
using System.Runtime.InteropServices;
using AkkaKv.Faults.Tests.Faults;
using AkkaKv.Faults.Tests.Processes;

const string usage = """
    usage: AkkaKv.Faults.Tests [--minutes N] [--seed N] [--clients N] [--only FAULT,...] [--strikes N]
                                 [--setting LINE] [--keep true]
      runs three servers under load, does faults to them, and checks every reply. --only does the named faults in turn,
      --strikes ends after so many, --setting is a line more in the servers' configuration, --keep keeps the folder with
      data and logs, which otherwise goes when all is well.
      A report comes at the end, or after Ctrl-C. Exit code 1: something was violated.
    """;

var options = new Dictionary<string, string>
{
    ["--minutes"] = "5",
    ["--seed"] = "1",
    ["--clients"] = "6",
    ["--setting"] = "",
};
if (args.Length % 2 != 0)
{
    Console.WriteLine(usage);
    return args is ["--help"] ? 0 : 2;
}

foreach (var pair in args.Chunk(2))
    options[pair[0]] = pair[1];

if (options.Keys.Except(["--minutes", "--seed", "--clients", "--only", "--strikes", "--setting", "--keep"]).Any())
{
    Console.WriteLine(usage);
    return 2;
}

var seed = ulong.Parse(options["--seed"], CultureInfo.InvariantCulture);
var minutes = double.Parse(options["--minutes"], CultureInfo.InvariantCulture);
var strikes = int.Parse(options.GetValueOrDefault("--strikes", $"{int.MaxValue}"), CultureInfo.InvariantCulture);
var only = options.TryGetValue("--only", out var names) ? names.Split(',').Select(Enum.Parse<FaultKind>).ToList() : null;
await using var cluster = await TestCluster.StartAsync(
    new TestClusterOptions(Network: true, SmallDisks: TestCluster.ServerCount, Setting: options["--setting"]));
cluster.HasFailed = options.ContainsKey("--keep");
Console.WriteLine($"seed {seed}; data and logs of the servers are in {cluster.Folder}");
if (cluster.Network is null)
    Console.WriteLine($"no faults of the network: {cluster.NoNetworkBecause}");
if (!cluster.HasSmallDisks)
    Console.WriteLine($"no full disks: {cluster.NoSmallDisksBecause}");

var run = new MixedRun(cluster, seed, int.Parse(options["--clients"], CultureInfo.InvariantCulture), Console.WriteLine);

// Leaving through Environment.Exit lets the cluster take away its processes, networks and disks.
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = true;
    Console.WriteLine(run.Report());
    cluster.HasFailed |= run.Violations.Count > 0;
    Environment.Exit(run.Violations.Count > 0 ? 1 : 0);
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
await run.RunAsync(TimeSpan.FromMinutes(minutes), only, strikes);
Console.WriteLine(run.Report());
cluster.HasFailed |= run.Violations.Count > 0;
return run.Violations.Count > 0 ? 1 : 0;
