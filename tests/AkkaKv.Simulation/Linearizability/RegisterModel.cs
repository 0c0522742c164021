using System.Globalization;

namespace AkkaKv.Simulation.Linearizability;

/// <summary>What one key does when operations happen one after the other: the specification that histories are held against.</summary>
public static class RegisterModel
{
    /// <summary>
    /// Whether <paramref name="operation"/> may return what it did when the key holds <paramref name="value"/> (null: absent), and
    /// what the key holds afterwards. An operation of unknown outcome fits every value.
    /// </summary>
    public static bool TryStep(string? value, Operation operation, out string? next)
    {
        next = value;
        switch (operation.Kind)
        {
            case OperationKind.Get:
                return operation.IsUnknown || operation.Output == value;
            case OperationKind.Set:
                next = operation.Input;
                return true;
            case OperationKind.Delete:
                next = null;
                return operation.IsUnknown || operation.Output == (value is null ? "0" : "1");
            case OperationKind.Increment:
                return TryIncrement(value, operation, out next);
            case OperationKind.SetIfAbsent:
                return TryConditional(value is null, operation, ref next);
            case OperationKind.SetIfEqual:
                return TryConditional(value == operation.Expected, operation, ref next);
            default:
                throw new ArgumentOutOfRangeException(nameof(operation));
        }
    }

    private static bool TryConditional(bool holds, Operation operation, ref string? next)
    {
        if (holds)
            next = operation.Input;
        return operation.IsUnknown || (operation.Output == "OK") == holds;
    }

    private static bool TryIncrement(string? value, Operation operation, out string? next)
    {
        next = value;
        if (!long.TryParse(value ?? "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return operation.IsUnknown;

        next = (number + 1).ToString(CultureInfo.InvariantCulture);
        return operation.IsUnknown || operation.Output == next;
    }
}
