using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace AkkaKv.Core;

/// <summary>Claims that stay on in production: a replica that is wrong must stop, because going on would spread the damage.</summary>
public static class Invariant
{
    /// <summary>Ends the step with an <see cref="InvariantException"/> that quotes the claim, unless it holds.</summary>
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string claim = "")
    {
        if (!condition) Fail(claim);
    }

    [DoesNotReturn]
    private static void Fail(string claim) => throw new InvariantException(claim);
}

/// <summary>
/// A claim of the core did not hold. The host stops the process (rule R13): it never retries, and never restarts an actor
/// around the same objects.
/// </summary>
public sealed class InvariantException : Exception
{
    public InvariantException()
    {
    }

    /// <param name="message">The claim, as it stands in the code.</param>
    public InvariantException(string message)
        : base(message)
    {
    }

    public InvariantException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
