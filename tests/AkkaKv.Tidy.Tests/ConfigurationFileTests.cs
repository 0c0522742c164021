using System.Text.Json;
using System.Xml.Linq;
using Akka.Configuration;

namespace AkkaKv.Tidy.Tests;

/// <summary>Files that no compiler reads can be read.</summary>
public sealed class ConfigurationFileTests
{
    public static TheoryData<string> Hocon => [.. Repository.WithExtension(".conf").Select(file => file.Path)];

    public static TheoryData<string> Projects => [.. Repository.WithExtension(".csproj", ".props", ".targets").Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Hocon))]
    public void Hocon_parses(string path)
    {
        var config = ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(Repository.Root, path)));

        Assert.NotEmpty(config.AsEnumerable());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_files_parse(string path)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, path));

        Assert.Equal("Project", XDocument.Parse(text).Root!.Name.LocalName);
    }

    [Fact]
    public void The_version_of_the_build_tools_is_pinned()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "global.json")));

        Assert.StartsWith("10.0.", json.RootElement.GetProperty("sdk").GetProperty("version").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_time_of_day_gets_into_the_build() => Findings.NoLine(
        "The same commit makes the same bytes:", Repository.WithExtension(".csproj", ".props", ".targets"),
        static line => line.Contains("DateTime", StringComparison.Ordinal));
}
