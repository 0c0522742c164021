using System.Globalization;
using System.Net;
using AkkaKv.Resp;

namespace AkkaKv.Gateway;

/// <summary>What is known of one client: who it says it is, and what it asked for. Other sessions read it for CLIENT LIST.</summary>
internal sealed class ClientInfo(long id, EndPoint? remote, EndPoint? local, bool isAuthenticated)
{
    private readonly long _connected = Environment.TickCount64;
    private bool _skips;

    public long Id { get; } = id;

    public string Address { get; } = remote?.ToString() ?? "?:0";

    public string LocalAddress { get; } = local?.ToString() ?? "?:0";

    public bool IsAuthenticated { get; set; } = isAuthenticated;

    public string Name { get; set; } = "";

    public string LibraryName { get; set; } = "";

    public string LibraryVersion { get; set; } = "";

    public bool IsResp3 { get; set; }

    public string LastCommand { get; set; } = "NULL";

    public long LastActive { get; set; } = Environment.TickCount64;

    public bool NoEvict { get; set; }

    public bool NoTouch { get; set; }

    /// <summary>CLIENT REPLY OFF: answers are not sent until it says ON.</summary>
    public bool IsSilent { get; set; }

    /// <summary>CLIENT REPLY SKIP: the answer to the next command, whatever it is, is not sent.</summary>
    public bool SkipsNext { get; set; }

    /// <summary>Channels subscribed to; see <c>PubSubCommands</c> for which there are.</summary>
    public SortedSet<string> Channels { get; } = new(StringComparer.Ordinal);

    /// <summary>RESP2 has no other way to tell messages from replies than to allow hardly any commands while subscribed.</summary>
    public bool IsSubscriber => Channels.Count > 0 && !IsResp3;

    /// <summary>To be called once after each command: whether its answer is kept back.</summary>
    public bool TakeSilence()
    {
        var isSilent = IsSilent || _skips;
        _skips = SkipsNext;
        SkipsNext = false;
        return isSilent;
    }

    /// <summary>CLIENT REPLY ON: this command is answered already.</summary>
    public void Speak() => IsSilent = SkipsNext = _skips = false;

    /// <summary>Forgets what was asked for, as RESET does.</summary>
    public void Reset(bool isAuthenticated, ReplyWriter replies)
    {
        IsAuthenticated = isAuthenticated;
        Name = "";
        IsResp3 = replies.IsResp3 = false;
        NoEvict = NoTouch = false;
        Speak();
        Channels.Clear();
    }

    /// <summary>The line that CLIENT LIST shows.</summary>
    public string Describe()
    {
        var now = Environment.TickCount64;
        var flags = (Channels.Count > 0 ? "P" : "") + (NoEvict ? "e" : "") + (NoTouch ? "T" : "");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"id={Id} addr={Address} laddr={LocalAddress} fd=-1 name={Name} "
            + $"age={(now - _connected) / 1000} idle={(now - LastActive) / 1000} flags={(flags.Length == 0 ? "N" : flags)} "
            + $"db=0 sub={Channels.Count} psub=0 ssub=0 multi=-1 watch=0 qbuf=0 qbuf-free=0 "
            + $"argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r cmd={LastCommand} user=default redir=-1 "
            + $"resp={(IsResp3 ? 3 : 2)} lib-name={LibraryName} lib-ver={LibraryVersion}");
    }
}
