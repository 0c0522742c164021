namespace AkkaKv.Cli;

/// <summary>What surrounds the program, so that tests can stand in for it.</summary>
internal sealed record CliHost(TextReader Input, TextWriter Output, TextWriter Error)
{
    /// <summary>A person types, and can be shown an editor.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>A person reads: replies are shown with their types, and in color where wanted.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Set by people who want no color anywhere; see no-color.org.</summary>
    public bool NoColor { get; init; }

    /// <summary>The password for servers that ask for one.</summary>
    public string? Password { get; init; }

    /// <summary>Where lines are remembered between runs; null when there is no such place.</summary>
    public string? HistoryFile { get; init; }

    public static CliHost OfProcess()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new CliHost(Console.In, Console.Out, Console.Error)
        {
            IsInteractive = !Console.IsInputRedirected && !Console.IsOutputRedirected,
            OutputIsTerminal = !Console.IsOutputRedirected,
            NoColor = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Password = Environment.GetEnvironmentVariable("AKKAKV_AUTH"),
            HistoryFile = home.Length == 0 ? null : Path.Combine(home, ".akkakv_history"),
        };
    }
}
