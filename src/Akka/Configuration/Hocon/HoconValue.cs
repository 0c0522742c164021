using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>
/// One value of a HOCON document: text, a list, an object, or nothing (<c>null</c>). Values do not change once their text is parsed,
/// so configurations may share them.
/// </summary>
/// <remarks>Every typed getter throws <see cref="FormatException"/>, naming what it read, when the value is not of that type.</remarks>
public sealed class HoconValue
{
    // A string, a List<HoconValue>, a HoconObject or null; an UnresolvedValue only while the parser runs.
    internal object Content;

    /// <summary>A value that is not there: neither text, nor list, nor object.</summary>
    public HoconValue()
    {
    }

    internal HoconValue(object content) => Content = content;

    /// <summary>Whether there is nothing in this value.</summary>
    public bool IsEmpty => Content is null or HoconObject { Items.Count: 0 };

    /// <summary>Whether this is an object.</summary>
    public bool IsObject() => Content is HoconObject;

    /// <summary>Whether this is a list.</summary>
    public bool IsArray() => Content is List<HoconValue>;

    /// <summary>The object, or null when this is not one.</summary>
    public HoconObject GetObject() => Content as HoconObject;

    /// <summary>The value as a configuration of its own; empty unless it is an object.</summary>
    public Config ToConfig() => new(new HoconRoot(this));

    /// <summary>A configuration that holds this value under the given key.</summary>
    public Config AtKey(string key) => new(new HoconObject(new Dictionary<string, HoconValue> { [key] = this }));

    /// <summary>The elements of a list.</summary>
    public IList<HoconValue> GetArray() =>
        Content switch
        {
            null => [],
            List<HoconValue> elements => elements,
            _ => throw Mismatch("a list"),
        };

    /// <summary>The text, or null when there is none.</summary>
    public string GetString() =>
        Content switch
        {
            null => null,
            string text => text,
            _ => throw Mismatch("text"),
        };

    /// <summary><c>on</c> and <c>true</c>, <c>off</c> and <c>false</c>: no other word is a boolean.</summary>
    public bool GetBoolean() =>
        GetString() switch
        {
            "on" or "true" => true,
            "off" or "false" => false,
            _ => throw Mismatch("on, off, true or false"),
        };

    public byte GetByte() => Number<byte>(NumberStyles.Integer, "a number from 0 to 255");

    public int GetInt() => Number<int>(NumberStyles.Integer, "a 32-bit integer");

    public long GetLong() => Number<long>(NumberStyles.Integer, "a 64-bit integer");

    public decimal GetDecimal() => Number<decimal>(NumberStyles.Float, "a decimal number");

    public float GetFloat() => Number<float>(NumberStyles.Float, "a number");

    public double GetDouble() => Number<double>(NumberStyles.Float, "a number");

    public IList<byte> GetByteList() => List(element => element.GetByte());

    public IList<int> GetIntList() => List(element => element.GetInt());

    public IList<long> GetLongList() => List(element => element.GetLong());

    public IList<decimal> GetDecimalList() => List(element => element.GetDecimal());

    public IList<float> GetFloatList() => List(element => element.GetFloat());

    public IList<double> GetDoubleList() => List(element => element.GetDouble());

    public IList<bool> GetBooleanList() => List(element => element.GetBoolean());

    public IList<string> GetStringList() => List(element => element.GetString());

    /// <summary>
    /// A duration: a decimal number and a unit from nanoseconds to days, a bare number of milliseconds, or <c>infinite</c>.
    /// </summary>
    /// <param name="allowInfinite">Whether <c>infinite</c> is an answer; it is <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    public TimeSpan GetTimeSpan(bool allowInfinite = true) =>
        HoconUnits.TryParseDuration(GetString(), allowInfinite, out var duration)
            ? duration
            : throw Mismatch("a duration such as 500ms, 5 s or 2 minutes");

    /// <summary>
    /// A size in bytes: an integer and a unit (<c>k</c>, <c>Ki</c>, <c>KiB</c> = 1024, <c>kB</c> = 1000, and so on), or null.
    /// </summary>
    public long? GetByteSize()
    {
        if (Content is null)
            return null;
        return HoconUnits.TryParseSize(GetString(), out var bytes) ? bytes : throw Mismatch("a size such as 512, 64k or 8MiB");
    }

    /// <summary>The value as HOCON.</summary>
    public override string ToString() => HoconWriter.Write(this);

    private T Number<T>(NumberStyles style, string expected) where T : struct, System.Numerics.INumberBase<T> =>
        T.TryParse(GetString(), style, CultureInfo.InvariantCulture, out var number) ? number : throw Mismatch(expected);

    private List<T> List<T>(Func<HoconValue, T> read) => [.. GetArray().Select(read)];

    private FormatException Mismatch(string expected) =>
        new(Content switch
        {
            null => $"expected {expected}, found nothing",
            HoconObject => $"expected {expected}, found an object",
            List<HoconValue> => $"expected {expected}, found a list",
            _ => $"expected {expected}, found '{Content}'",
        });
}
