using AkkaKv.Actors;
using AkkaKv.Core;
using AkkaKv.Server.Configuration;
using AkkaKv.Server.Hosting;
using AkkaKv.Server.Http;
using AkkaKv.Server.Tests.Configuration;

namespace AkkaKv.Server.Tests.Http;

public sealed class StatusPageTests
{
    [Fact]
    public void What_an_operator_configured_cannot_break_the_page()
    {
        var text = $"akkakv.servers = [{Sample.Server(1, 1, 2, 3).Replace("127.0.0.1", "<b>&amp", StringComparison.Ordinal)}]";
        var settings = SettingsReader.Parse(text, "test");

        var page = StatusPage.Write(
            new ServerOptions(settings, settings.Server(1), "data", DiscardDamaged: false), new ReplicaView(new ReplicaId(0)));

        Assert.Contains("&lt;b&gt;&amp;amp:2", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_replica_the_page_and_the_figures_say_so()
    {
        var settings = SettingsReader.Parse(Sample.With(""), "test");
        var view = new ReplicaView(new ReplicaId(1));

        var page = StatusPage.Write(new ServerOptions(settings, settings.Server(2), "data", DiscardDamaged: false), view);

        Assert.Contains("Not ready", page, StringComparison.Ordinal);
        Assert.Contains("none heard", page, StringComparison.Ordinal);
        Assert.Contains("akkakv_ready 0\n", Metrics.Write(view), StringComparison.Ordinal);
    }
}
