using AkkaKv.Benchmarks.Commands;
using BenchmarkDotNet.Running;

const string Help = $"""
    Measures AkkaKv. Run it from a Release build, on a machine that does nothing else.

    {LoadCommand.Help}
    {StandardCommand.Help}
    {LatencyCommand.Help}
    {FailoverCommand.Help}
    {IdleCommand.Help}
    {EngineCommand.Help}
    parts [--filter PATTERN ...]
      The parts alone, with BenchmarkDotNet; the arguments are its own.
    """;

try
{
    switch (args)
    {
        case ["load", .. var rest]:
            return await LoadCommand.RunAsync(new Flags(rest));
        case ["standard", .. var rest]:
            return await StandardCommand.RunAsync(new Flags(rest));
        case ["latency", .. var rest]:
            return await LatencyCommand.RunAsync(new Flags(rest));
        case ["failover", .. var rest]:
            return await FailoverCommand.RunAsync(new Flags(rest));
        case ["idle", .. var rest]:
            return await IdleCommand.RunAsync(new Flags(rest));
        case ["engine", .. var rest]:
            return await EngineCommand.RunAsync(new Flags(rest));
        case ["parts", .. var rest]:
            BenchmarkSwitcher.FromAssembly(typeof(LoadCommand).Assembly).Run(rest);
            return 0;
        default:
            Console.WriteLine(Help);
            return args.Length == 0 ? 0 : 2;
    }
}
catch (ArgumentException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}
