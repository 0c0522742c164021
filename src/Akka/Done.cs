namespace Akka;

/// <summary>The result of work whose only news is that it is done.</summary>
public sealed class Done
{
    public static readonly Done Instance = new();

    private Done()
    {
    }
}
