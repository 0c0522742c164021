using System.Text.RegularExpressions;

namespace AkkaKv.Tidy.Tests;

/// <summary>The core is replayed from a seed: nothing in it may make two runs of one seed differ.</summary>
public sealed class CoreTests
{
    private static readonly (string Pattern, string Why)[] Banned =
    [
        (@"\bDateTime(Offset)?\b", "time is told by IClock, which the simulator winds"),
        (@"\bStopwatch\b", "time is told by IClock, which the simulator winds"),
        (@"\bTimeProvider\b", "time is told by IClock, which the simulator winds"),
        (@"\bEnvironment\.", "the machine must not show"),
        (@"\bTask\b", "the order of tasks is not repeatable; the host does the work and reports"),
        (@"\b(async|await)\b", "the order of tasks is not repeatable; the host does the work and reports"),
        (@"\bThread(Pool|Local|Static)?\b", "the host owns the one thread that the core runs on"),
        (@"\b(Timer|PeriodicTimer)\b", "the host wakes the core at NextWake"),
        (@"\bnew Random\b|\bRandom\.Shared\b", "its sequence may change with the version of .NET"),
        (@"\bRandomNumberGenerator\b", "chance comes in as an argument"),
        (@"\bGuid\.(NewGuid|CreateVersion7)\b", "identities come in as arguments"),
        (@"\b(File|Directory|FileStream)\b[.(]", "the host does input and output"),
        (@"\b(Socket|TcpClient|HttpClient)\b", "the host does input and output"),
        (@"\bConsole\.", "the host does input and output; operators are told by notices"),
        (@"\bHashCode\b", "it is seeded anew in every process"),
        (@"\b(HashSet|ImmutableHashSet|ImmutableDictionary|FrozenSet|FrozenDictionary|ConcurrentDictionary)<",
            "its enumeration has another order in every process; use a sorted collection"),
    ];

    [Fact]
    public void The_core_has_no_clock_thread_file_or_chance() => Findings.None(
        "Banned in AkkaKv.Core:",
        from file in Repository.CSharp("src/AkkaKv.Core")
        from line in file.Lines
        let code = WithoutComment(line.Line)
        from ban in Banned
        where Regex.IsMatch(code, ban.Pattern)
        select $"{file.Path}({line.Number}): {code.Trim()}: {ban.Why}");

    [Theory]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("private readonly Stopwatch _watch = new();")]
    [InlineData("Task.Run(Work);")]
    [InlineData("new Thread(Work).Start();")]
    [InlineData("var dice = new Random(7);")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("File.ReadAllText(path);")]
    [InlineData("Environment.Exit(1);")]
    [InlineData("foreach (var name in new HashSet<string>(names))")]
    public void The_alarm_rings(string code) => Assert.Contains(Banned, ban => Regex.IsMatch(WithoutComment(code), ban.Pattern));

    [Theory]
    [InlineData("using System.Threading;")]
    [InlineData("Volatile.Write(ref _applied, index);")]
    [InlineData("Interlocked.Increment(ref _sequence);")]
    [InlineData("/// <summary>Run on the thread of the replica, never in a Task.</summary>")]
    public void The_alarm_is_silent_otherwise(string code) =>
        Assert.DoesNotContain(Banned, ban => Regex.IsMatch(WithoutComment(code), ban.Pattern));

    private static string WithoutComment(string line) =>
        line.IndexOf("//", StringComparison.Ordinal) is >= 0 and var start ? line[..start] : line;
}
