namespace AkkaKv.Simulation.Linearizability;

/// <summary>What a client asked of one key.</summary>
public enum OperationKind
{
    /// <summary>Output: the value, or null when the key is absent.</summary>
    Get,

    /// <summary>Writes <see cref="Operation.Input"/>.</summary>
    Set,

    /// <summary>Output: "1" when the key was there, "0" when not.</summary>
    Delete,

    /// <summary>Adds one to a number, absent counting as 0. Output: the new value.</summary>
    Increment,

    /// <summary>Writes <see cref="Operation.Input"/> when the key is absent. Output: "OK", or null when it was not.</summary>
    SetIfAbsent,

    /// <summary>Writes <see cref="Operation.Input"/> when the value is <see cref="Operation.Expected"/>. Output: "OK" or null.</summary>
    SetIfEqual,
}

/// <summary>
/// One operation of a client on one key. Times come from one clock that never goes back, in any unit.
/// </summary>
/// <param name="Client">Who asked; a client has one operation under way at a time.</param>
/// <param name="Kind">What was asked.</param>
/// <param name="Key">The key.</param>
/// <param name="Input">What it writes.</param>
/// <param name="Expected">What a conditional write compares with.</param>
/// <param name="Output">What came back; meaningless when the outcome is unknown.</param>
/// <param name="Invoked">Before this moment it had no effect.</param>
/// <param name="Returned">After this moment it has had its effect; <see cref="Never"/> when the outcome is unknown.</param>
public sealed record Operation(
    int Client, OperationKind Kind, string Key, string? Input, string? Expected, string? Output, long Invoked, long Returned)
{
    /// <summary>
    /// The return time of an operation whose outcome was never learned: it may take effect at any later time, or not at all.
    /// </summary>
    public const long Never = long.MaxValue;

    public bool IsUnknown => Returned == Never;

    public override string ToString()
    {
        var input = Kind switch
        {
            OperationKind.Set or OperationKind.SetIfAbsent => $" {Input}",
            OperationKind.SetIfEqual => $" {Input} if {Expected}",
            _ => "",
        };
        var output = IsUnknown ? "?" : Kind == OperationKind.Set ? "OK" : Output ?? "(nil)";
        var end = IsUnknown ? "never" : Returned.ToString();
        return $"client {Client,3}  [{Invoked} .. {end}]  {Kind} {Key}{input} -> {output}";
    }
}
