namespace AkkaKv.Core.Commands;

/// <summary>Bits of the options byte that several commands begin with; see <see cref="CommandWriter"/>.</summary>
internal static class CommandOptions
{
    public const int ConditionMask = 7;
    public const int ReturnOldBit = 8;
    public const int ExpiryShift = 4;
}
