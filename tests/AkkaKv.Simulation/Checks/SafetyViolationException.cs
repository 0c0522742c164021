namespace AkkaKv.Simulation.Checks;

/// <summary>A checker of the simulation found that a promise of the product was broken.</summary>
public sealed class SafetyViolationException : Exception
{
    public SafetyViolationException()
    {
    }

    /// <param name="message">What was promised and what was seen.</param>
    public SafetyViolationException(string message)
        : base(message)
    {
    }

    public SafetyViolationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
