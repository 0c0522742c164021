using AkkaKv.Benchmarks.Commands;
using AkkaKv.Benchmarks.Scale;

(string Name, string Help, Func<Flags, Task<int>> Run)[] commands =
[
    ("load", LoadCommand.Help, LoadCommand.RunAsync),
    ("standard", StandardCommand.Help, StandardCommand.RunAsync),
    ("scale", ScaleCommand.Help, ScaleCommand.RunAsync),
    ("latency", LatencyCommand.Help, LatencyCommand.RunAsync),
    ("failover", FailoverCommand.Help, FailoverCommand.RunAsync),
    ("idle", IdleCommand.Help, IdleCommand.RunAsync),
    ("engine", EngineCommand.Help, EngineCommand.RunAsync),
];

try
{
    var wantsHelp = args is [] or ["help", ..] || Array.Exists(args, argument => argument is "--help" or "-h");
    var name = args is ["help", _, ..] ? args[1] : args.Length > 0 ? args[0] : string.Empty;
    if (name == "parts" && !wantsHelp)
        return PartsCommand.Run(args[1..]);

    var command = Array.Find(commands, command => command.Name == name);
    if (command.Name is not null && !wantsHelp)
        return await command.Run(new Flags(args.AsSpan(1)));

    PrintHelp(name == "parts" ? PartsCommand.Help : command.Help);
    return wantsHelp ? 0 : 2;
}
catch (ArgumentException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}

void PrintHelp(string? one)
{
    if (one is not null)
    {
        Console.WriteLine(one);
        return;
    }

    Console.WriteLine("Measures AkkaKv. Run it from a Release build, on a machine that does nothing else.\n");
    foreach (var command in commands)
        Console.WriteLine(command.Help);
    Console.WriteLine(PartsCommand.Help);
}
