using System.Globalization;
using System.Text;
using AkkaKv.Actors;
using AkkaKv.Core;
using AkkaKv.Server.Hosting;

namespace AkkaKv.Server.Http;

/// <summary>A plain page that shows the state of this server, and what the leader last said of the others.</summary>
internal static class StatusPage
{
    public static string Write(ServerOptions options, ReplicaView view)
    {
        var status = view.Status;
        var servers = options.Settings.Servers;
        var readiness = status.Ready
            ? "Ready: reads and writes are served."
            : "Not ready: no leader is heard, or this server is catching up.";
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
            <title>AkkaKv server {{options.Self.Id}}</title>
            <style>
              body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 46em; padding: 0 1em;
                     color: #222; background: #fff; }
              table { border-collapse: collapse; margin: 1em 0; } td, th { padding: .2em 1.2em .2em 0; text-align: left; }
              th { font-weight: 600; } .yes { color: #0a6b2d; } .no { color: #a3330c; }
            </style></head><body>
            <h1>AkkaKv server {{options.Self.Id}}</h1>
            <p class="{{(status.Ready ? "yes" : "no")}}">{{readiness}}</p>
            <table>
            """);
        Row(page, "Role", status.Role.ToString().ToLowerInvariant());
        Row(page, "Leader", status.Leader is { } leader ? $"server {servers[leader.Slot].Id}" : "none heard");
        Row(page, "Epoch", status.Epoch.ToString());
        Row(page, "Read lease", status.LeaseValid ? "valid: reads are answered from memory" : "none: reads ask the leader");
        Row(page, "Keys", Number(view.State.Count));
        Row(page, "Commit index", Number(status.Commit.Value));
        Row(page, "Last log index", Number(status.Last.Index.Value));
        Row(page, "Snapshot at", Number(status.Snapshot.Value));
        Row(page, "Store", status.Mode == StoreMode.Voter ? "voter" : "blank: waits to be filled");
        Row(page, "Cluster", status.ClusterId == ClusterId.None ? "none yet" : status.ClusterId.ToString());
        page.Append("</table>\n<table><tr><th>Server</th><th>Clients</th><th>Durable to</th><th>Lease</th><th>Reachable</th></tr>\n");
        foreach (var server in servers)
        {
            var known = status.Peers.FirstOrDefault(peer => peer.Id == server.Slot);
            var isKnown = !status.Peers.IsEmpty;
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{server.Id}</td><td>{Escape(server.Place(server.ClientPort))}</td>"
                + $"<td>{(isKnown ? Number(known.Match.Value) : "?")}</td>"
                + $"<td>{YesNo(isKnown, known.LeaseGranted)}</td><td>{YesNo(isKnown, known.Reachable)}</td></tr>\n");
        }

        page.Append("</table>\n<p>The second table is what the leader last said. <a href=\"/metrics\">metrics</a></p></body></html>\n");
        return page.ToString();
    }

    private static void Row(StringBuilder page, string name, string value) =>
        page.Append(CultureInfo.InvariantCulture, $"<tr><th>{name}</th><td>{Escape(value)}</td></tr>\n");

    private static string YesNo(bool isKnown, bool value) => isKnown ? value ? "yes" : "no" : "?";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);
}
