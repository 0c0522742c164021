#nullable enable

using System.Text;
using Akka.Event;

namespace Akka.Hosting;

/// <summary>Says where the log goes, and what of it.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<Type> _loggers = [typeof(DefaultLogger)];
    private LogLevel? _logLevel;
    private bool? _logConfigOnStart;

    internal LoggerConfigBuilder(AkkaConfigurationBuilder builder) => Builder = builder;

    /// <summary>The least level that is logged.</summary>
    public LogLevel LogLevel
    {
        get => _logLevel ?? LogLevel.InfoLevel;
        set => _logLevel = value;
    }

    /// <summary>Whether the whole configuration is logged when the system starts.</summary>
    public bool LogConfigOnStart
    {
        get => _logConfigOnStart ?? false;
        set => _logConfigOnStart = value;
    }

    internal AkkaConfigurationBuilder Builder { get; }

    /// <summary>Removes the loggers, the one to standard output among them.</summary>
    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        return this;
    }

    /// <summary>Adds a logger.</summary>
    /// <typeparam name="T">An actor that answers <see cref="InitializeLogger"/> and writes <see cref="LogEvent"/>s.</typeparam>
    public LoggerConfigBuilder AddLogger<T>()
    {
        if (!_loggers.Contains(typeof(T)))
            _loggers.Add(typeof(T));
        return this;
    }

    internal string ToHocon()
    {
        var hocon = new StringBuilder();
        var names = _loggers.Select(type => $"\"{Serialization.Serialization.TypeManifest(type)}\"");
        hocon.Append("akka.loggers = [").AppendJoin(", ", names).Append("]\n");
        if (_logLevel is { } level)
            hocon.Append("akka.loglevel = ").Append(level.StringFor()).Append('\n');
        if (_logConfigOnStart is { } logs)
            hocon.Append("akka.log-config-on-start = ").Append(logs ? "on" : "off").Append('\n');
        return hocon.ToString();
    }
}
