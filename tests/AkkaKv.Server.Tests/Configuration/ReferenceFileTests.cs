using System.Text.RegularExpressions;
using Akka.Configuration;
using AkkaKv.Server.Configuration;

namespace AkkaKv.Server.Tests.Configuration;

/// <summary>The reference file explains every setting that exists, and no other.</summary>
public sealed partial class ReferenceFileTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(SettingsReader.DefaultsDirectory, "akkakv.conf"));

    [Fact]
    public void The_file_and_the_settings_have_the_same_names()
    {
        var inFile = ConfigurationFactory.ParseString(Text).GetConfig("akkakv").AsEnumerable().Select(setting => setting.Key);
        var inCode = typeof(AkkaKvSettings).GetProperties().Select(property => property.Name)
            .Where(name => name is not ("Engine" or "EqualityContract"))
            .Select(name => Capital().Replace(name, match => $"-{match.Value}").TrimStart('-').ToLowerInvariant());

        Assert.Equal(inCode.Order(StringComparer.Ordinal), inFile.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_setting_is_explained_above_it()
    {
        var lines = Text.Split('\n');
        var explained = false;
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.Length == 0)
                explained = false;
            else if (line[0] == '#')
                explained = true;
            else if (line.Contains('=', StringComparison.Ordinal))
                Assert.True(explained, $"Nothing explains: {line}");
        }
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
