namespace Akka.Configuration.Hocon;

/// <summary>A parsed HOCON document.</summary>
public sealed class HoconRoot
{
    /// <summary>An empty document.</summary>
    public HoconRoot() => Value = new HoconValue(new HoconObject());

    /// <param name="value">The value at the root of the document.</param>
    public HoconRoot(HoconValue value) => Value = value;

    /// <summary>The value at the root of the document.</summary>
    public HoconValue Value { get; }
}
