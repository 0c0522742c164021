using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>
/// Settings by path. A path is keys with dots between them; a key that itself has a dot is quoted in the path too. Configurations do not
/// change: laying one over another gives a third.
/// </summary>
/// <remarks>
/// A setting that is missing (or is <c>null</c>) reads as the default of the getter: 0, null, an empty list. One that is there but is
/// not of the type asked for throws <see cref="FormatException"/>, which names its path.
/// </remarks>
public class Config
{
    /// <summary>A configuration without any setting.</summary>
    public static readonly Config Empty = new();

    private readonly HoconObject _fields;

    public Config()
        : this(new HoconObject())
    {
    }

    /// <summary>The settings of a parsed document.</summary>
    public Config(HoconRoot root)
        : this(root.Value.GetObject() ?? new HoconObject())
    {
    }

    /// <summary>The settings of <paramref name="source"/> over those of <paramref name="fallback"/>.</summary>
    public Config(Config source, Config fallback)
        : this(HoconObject.Merge(source._fields, fallback?._fields ?? Empty._fields))
    {
    }

    internal Config(HoconObject fields) => _fields = fields;

    /// <summary>Whether there is no setting at all.</summary>
    public virtual bool IsEmpty => _fields.Items.Count == 0;

    /// <summary>The object that holds all settings.</summary>
    public HoconValue Root => new(_fields);

    /// <summary>HOCON text is a configuration wherever one is asked for.</summary>
    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    public static Config operator +(Config config, string fallback) => config.WithFallback(ConfigurationFactory.ParseString(fallback));

    public static Config operator +(string configHocon, Config fallbackConfig) =>
        ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    /// <summary>These settings, and below them those of <paramref name="fallback"/>. Objects in both are merged, level by level.</summary>
    public virtual Config WithFallback(Config fallback) =>
        fallback is null || fallback.IsEmpty || ReferenceEquals(this, fallback) ? this : new Config(this, fallback);

    /// <summary>Whether the path holds something other than <c>null</c>.</summary>
    public virtual bool HasPath(string path) => Find(path) is not null;

    /// <summary>The value at a path, or null.</summary>
    public HoconValue GetValue(string path) => Find(path);

    /// <summary>The settings below a path, or null when there are none.</summary>
    public virtual Config GetConfig(string path) => Find(path) is { } value && value.IsObject() ? new Config(value.GetObject()) : null;

    /// <summary>The settings at the top, by key.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => _fields.Items;

    public virtual string GetString(string path, string @default = null) => Read(path, value => value.GetString(), @default);

    /// <summary>One of <c>on</c>, <c>true</c>, <c>off</c> and <c>false</c>.</summary>
    public virtual bool GetBoolean(string path, bool @default = false) => Read(path, value => value.GetBoolean(), @default);

    public virtual int GetInt(string path, int @default = 0) => Read(path, value => value.GetInt(), @default);

    public virtual long GetLong(string path, long @default = 0) => Read(path, value => value.GetLong(), @default);

    public virtual float GetFloat(string path, float @default = 0) => Read(path, value => value.GetFloat(), @default);

    public virtual double GetDouble(string path, double @default = 0) => Read(path, value => value.GetDouble(), @default);

    public virtual decimal GetDecimal(string path, decimal @default = 0) => Read(path, value => value.GetDecimal(), @default);

    /// <summary>A size in bytes, or null when it is missing: <c>512</c>, <c>64k</c>, <c>8MiB</c>, <c>1 GB</c>.</summary>
    public virtual long? GetByteSize(string path) => GetByteSize(path, def: null);

    /// <inheritdoc cref="GetByteSize(string)"/>
    /// <param name="path">Where it stands.</param>
    /// <param name="def">The answer when it is missing.</param>
    public virtual long? GetByteSize(string path, long? def = null) => Read(path, value => value.GetByteSize(), def);

    /// <summary>A duration: <c>5s</c>, <c>1.5 minutes</c>, <c>250</c> (milliseconds), <c>infinite</c>. Negative ones are errors.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="default">The answer when it is missing; zero if not given.</param>
    /// <param name="allowInfinite">Whether <c>infinite</c> is an answer; it is <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Read(path, value => value.GetTimeSpan(allowInfinite), @default.GetValueOrDefault());

    public virtual IList<bool> GetBooleanList(string path) => Read(path, value => value.GetBooleanList(), []);

    public virtual IList<byte> GetByteList(string path) => Read(path, value => value.GetByteList(), []);

    public virtual IList<decimal> GetDecimalList(string path) => Read(path, value => value.GetDecimalList(), []);

    public virtual IList<double> GetDoubleList(string path) => Read(path, value => value.GetDoubleList(), []);

    public virtual IList<float> GetFloatList(string path) => Read(path, value => value.GetFloatList(), []);

    public virtual IList<int> GetIntList(string path) => Read(path, value => value.GetIntList(), []);

    public virtual IList<long> GetLongList(string path) => Read(path, value => value.GetLongList(), []);

    public virtual IList<string> GetStringList(string path) => Read(path, value => value.GetStringList(), []);

    /// <inheritdoc cref="GetStringList(string)"/>
    /// <param name="path">Where it stands.</param>
    /// <param name="defaultPaths">The answer when it is missing.</param>
    public virtual IList<string> GetStringList(string path, string[] defaultPaths) =>
        Read(path, value => value.GetStringList(), defaultPaths);

    /// <summary>The settings as HOCON.</summary>
    public override string ToString() => HoconWriter.Write(Root);

    private T Read<T>(string path, Func<HoconValue, T> read, T @default)
    {
        if (Find(path) is not { } value)
            return @default;
        try
        {
            return read(value);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }

    private HoconValue Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        HoconValue found = null;
        var fields = _fields;
        foreach (var key in path.Contains('"') ? new HoconText(path).TakePath() : (IEnumerable<string>)path.Split('.'))
        {
            found = fields?.GetKey(key);
            fields = found?.GetObject();
        }

        return found is { Content: not null } ? found : null;
    }
}
