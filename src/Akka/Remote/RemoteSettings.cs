#nullable enable
using Akka.Configuration;
using Akka.Remote.Transport;

namespace Akka.Remote;

/// <summary>The <c>akka.remote</c> section, read once. See Remote.conf for what the settings mean.</summary>
internal sealed class RemoteSettings
{
    /// <exception cref="ConfigurationException">A setting is missing or out of its range.</exception>
    internal RemoteSettings(Config config)
    {
        var remote = config.GetConfig("akka.remote") ?? throw new ConfigurationException("akka.remote is missing");
        RetryGateClosedFor = remote.GetTimeSpan("retry-gate-closed-for");
        HandshakeTimeout = Positive(remote, "handshake-timeout");
        FlushWait = remote.GetTimeSpan("flush-wait-on-shutdown");
        QuarantineSilentSystemTimeout = Positive(remote, "quarantine-after-silence");
        InitialSysMsgDeliveryTimeout = Positive(remote, "initial-system-message-delivery-timeout");
        QuarantineDuration = Positive(remote, "prune-quarantine-marker-after");
        SysMsgBufferSize = Between(remote, "system-message-buffer-size", 1, int.MaxValue);
        SysResendTimeout = Positive(remote, "resend-interval");
        LogLifecycleEvents = IsOn(remote.GetString("log-remote-lifecycle-events"));
        LogFrameSizeExceeding = IsOff(remote.GetString("log-frame-size-exceeding"))
            ? null
            : Bytes(remote, "log-frame-size-exceeding", 1, int.MaxValue);

        QueueMessagesMax = Between(remote, "outgoing-queue.messages-max", 1, int.MaxValue);
        QueueBytesMax = remote.GetByteSize("outgoing-queue.bytes-max") ?? 0;
        QueueAgeMax = Positive(remote, "outgoing-queue.age-max");

        TransportFailureDetectorConfig = Section(remote, "transport-failure-detector");
        TransportHeartbeatInterval = Positive(TransportFailureDetectorConfig, "heartbeat-interval");
        WatchFailureDetectorConfig = Section(remote, "watch-failure-detector");
        WatchHeartbeatInterval = Positive(WatchFailureDetectorConfig, "heartbeat-interval");
        WatchUnreachableReaperInterval = Positive(WatchFailureDetectorConfig, "unreachable-nodes-reaper-interval");
        WatchHeartbeatExpectedResponseAfter = Positive(WatchFailureDetectorConfig, "expected-response-after");

        Tcp = new TcpSettings(Section(remote, "dot-netty.tcp"));
    }

    internal TimeSpan RetryGateClosedFor { get; }
    internal TimeSpan HandshakeTimeout { get; }
    internal TimeSpan FlushWait { get; }
    internal TimeSpan QuarantineSilentSystemTimeout { get; }
    internal TimeSpan InitialSysMsgDeliveryTimeout { get; }
    internal TimeSpan QuarantineDuration { get; }
    internal int SysMsgBufferSize { get; }
    internal TimeSpan SysResendTimeout { get; }
    internal bool LogLifecycleEvents { get; }

    /// <summary>Payload bytes from which a message is logged; null for never.</summary>
    internal int? LogFrameSizeExceeding { get; }

    internal int QueueMessagesMax { get; }
    internal long QueueBytesMax { get; }
    internal TimeSpan QueueAgeMax { get; }
    internal Config TransportFailureDetectorConfig { get; }
    internal TimeSpan TransportHeartbeatInterval { get; }
    internal Config WatchFailureDetectorConfig { get; }
    internal TimeSpan WatchHeartbeatInterval { get; }
    internal TimeSpan WatchUnreachableReaperInterval { get; }
    internal TimeSpan WatchHeartbeatExpectedResponseAfter { get; }
    internal TcpSettings Tcp { get; }

    /// <summary>How long a connection may be silent at either end, for the operating system's own timeout.</summary>
    internal TimeSpan SilenceMax =>
        TransportHeartbeatInterval + TransportFailureDetectorConfig.GetTimeSpan("acceptable-heartbeat-pause");

    private static Config Section(Config config, string path) =>
        config.GetConfig(path) ?? throw new ConfigurationException($"akka.remote.{path} is missing");

    private static TimeSpan Positive(Config config, string path)
    {
        var value = config.GetTimeSpan(path);
        return value > TimeSpan.Zero || value == Timeout.InfiniteTimeSpan
            ? value
            : throw new ConfigurationException($"akka.remote: {path} must be positive, is [{value}]");
    }

    private static int Between(Config config, string path, int min, int max)
    {
        var value = config.GetInt(path);
        return value >= min && value <= max
            ? value
            : throw new ConfigurationException($"akka.remote: {path} must be between {min} and {max}, is [{value}]");
    }

    private static int Bytes(Config config, string path, int min, int max)
    {
        var value = config.GetByteSize(path) ?? 0;
        return value >= min && value <= max
            ? (int)value
            : throw new ConfigurationException($"akka.remote: {path} must be between {min} and {max} bytes, is [{value}]");
    }

    private static bool IsOff(string? value) => value is null || value.ToLowerInvariant() is "off" or "false" or "no";

    private static bool IsOn(string? value) => !IsOff(value);

    /// <summary>The <c>akka.remote.dot-netty.tcp</c> section.</summary>
    internal sealed class TcpSettings
    {
        internal TcpSettings(Config config)
        {
            if (IsOn(config.GetString("enable-ssl")))
                throw new ConfigurationException("akka.remote.dot-netty.tcp.enable-ssl: this engine speaks plain TCP only");

            Hostname = config.GetString("hostname", "");
            Port = Between(config, "port", 0, 65535);
            PublicHostname = config.GetString("public-hostname", "");
            PublicPort = Between(config, "public-port", 0, 65535);
            ConnectTimeout = Positive(config, "connection-timeout");
            FrameBytesMax = Bytes(config, "maximum-frame-size", WireFormat.FrameBytesMin, 1 << 30);
            SendBufferBytes = Bytes(config, "send-buffer-size", 0, int.MaxValue);
            ReceiveBufferBytes = Bytes(config, "receive-buffer-size", 0, int.MaxValue);
            Backlog = Between(config, "backlog", 1, int.MaxValue);
            NoDelay = config.GetBoolean("tcp-nodelay");
            KeepAlive = config.GetBoolean("tcp-keepalive");
        }

        internal string Hostname { get; }
        internal int Port { get; }
        internal string PublicHostname { get; }
        internal int PublicPort { get; }
        internal TimeSpan ConnectTimeout { get; }
        internal int FrameBytesMax { get; }
        internal int SendBufferBytes { get; }
        internal int ReceiveBufferBytes { get; }
        internal int Backlog { get; }
        internal bool NoDelay { get; }
        internal bool KeepAlive { get; }
    }
}
