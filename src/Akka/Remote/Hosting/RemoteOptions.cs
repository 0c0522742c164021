#nullable enable

using System.Text;
using Akka.Hosting;

namespace Akka.Remote.Hosting;

/// <summary>How this system talks to others. What is null keeps the value that is configured elsewhere.</summary>
public class RemoteOptions
{
    /// <summary>What to listen on; empty for the first address of the machine.</summary>
    public string? HostName { get; set; }

    /// <summary>The port to listen on; 0 for any that is free.</summary>
    public int? Port { get; set; }

    /// <summary>The name under which others reach this system, where it is not the one it listens on.</summary>
    public string? PublicHostName { get; set; }

    /// <summary>The port at which others reach this system, where it is not the one it listens on.</summary>
    public int? PublicPort { get; set; }

    /// <summary>The size of the socket's send buffer, in bytes.</summary>
    public long? SendBufferSize { get; set; }

    /// <summary>The size of the socket's receive buffer, in bytes.</summary>
    public long? ReceiveBufferSize { get; set; }

    /// <summary>The longest message, in bytes. A longer one is logged and dropped.</summary>
    public long? MaxFrameSize { get; set; }

    /// <summary>When a watched actor's system counts as gone.</summary>
    public PhiAccrualFailureDetectorOptions? WatchFailureDetector { get; set; }

    internal StringBuilder ToHocon()
    {
        var hocon = new StringBuilder("akka.remote {\n");
        if (WatchFailureDetector is not null)
            hocon.Append("watch-failure-detector {\n").Append(WatchFailureDetector.ToHocon()).Append("}\n");
        return hocon.Append("dot-netty.tcp {\n")
            .Set("hostname", HostName)
            .Set("port", Port)
            .Set("public-hostname", PublicHostName)
            .Set("public-port", PublicPort)
            .Set("send-buffer-size", SendBufferSize)
            .Set("receive-buffer-size", ReceiveBufferSize)
            .Set("maximum-frame-size", MaxFrameSize)
            .Append("}\n}\n");
    }
}
