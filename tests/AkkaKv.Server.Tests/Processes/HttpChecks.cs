using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AkkaKv.Server.Tests.Processes;

/// <summary>What a lone server that is ready and holds one key says over HTTP.</summary>
internal static partial class HttpChecks
{
    private const string DocumentType = "<!DOCTYPE html>";

    public static async Task RunAsync(HttpClient http)
    {
        Assert.Equal("ok\n", await http.GetStringAsync(At("/healthz")));
        Assert.Equal("ready\n", await http.GetStringAsync(At("/readyz")));
        await CheckMetricsAsync(http);
        await CheckPageAsync(http);
        using var missing = await http.GetAsync(At("/no-such-page"));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static async Task CheckMetricsAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(At("/metrics"));
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);

        var text = await answer.Content.ReadAsStringAsync();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var described = new HashSet<string>();
        var values = new Dictionary<string, double>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Description().Match(line) is { Success: true } description)
            {
                described.Add(description.Groups[1].Value);
                continue;
            }

            var sample = Value().Match(line);
            Assert.True(sample.Success, $"No line of Prometheus text: {line}");
            var name = sample.Groups[1].Value;
            Assert.Contains(name, described);
            Assert.True(values.TryAdd(name, double.Parse(sample.Groups[2].Value, CultureInfo.InvariantCulture)), $"{name} is there twice.");
        }

        Assert.Equal(1, values["akkakv_ready"]);
        Assert.Equal(1, values["akkakv_leader"]);
        Assert.Equal(1, values["akkakv_keys"]);
        // The status may be a heartbeat old.
        Assert.True(values["akkakv_commit_index"] >= 1);
    }

    private static async Task CheckPageAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(At("/"));
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);

        // Every element is closed, once the void ones are written as XML wants them.
        var page = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith(DocumentType, page, StringComparison.Ordinal);
        var xml = XDocument.Parse(VoidElement().Replace(page[DocumentType.Length..], "<$1/>"));
        Assert.Equal("AkkaKv server 1", xml.Root!.Element("head")!.Element("title")!.Value);
        Assert.Contains("Ready", xml.Root.Element("body")!.Element("p")!.Value, StringComparison.Ordinal);
    }

    private static Uri At(string path) => new(path, UriKind.Relative);

    [GeneratedRegex("^# (?:HELP|TYPE) ([a-z_]+) .+$")]
    private static partial Regex Description();

    [GeneratedRegex("^([a-z_]+) ([-+0-9.eE]+)$")]
    private static partial Regex Value();

    [GeneratedRegex("<(meta[^>]*)>")]
    private static partial Regex VoidElement();
}
