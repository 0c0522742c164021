using System.Text;

namespace AkkaKv.Simulation.Linearizability;

/// <summary>Tells why a history is illegal with as few operations as it can.</summary>
public static class Story
{
    /// <summary>
    /// The smallest illegal part that greedy removal finds: first everything that was invoked after the violation is complete goes,
    /// then each operation without which the rest is still illegal. A write goes only when no remaining reply shows its value, or
    /// the reader would miss where a value came from.
    /// </summary>
    public static IReadOnlyList<Operation> Shortest(IReadOnlyList<Operation> illegal)
    {
        var story = ShortestPrefix([.. illegal.OrderBy(operation => operation.Invoked)]);
        for (var i = story.Count - 1; i >= 0; i--)
        {
            var rest = story.Where((_, index) => index != i).ToList();
            if (!IsSource(story[i], rest) && Checker.Check(rest) == Verdict.Illegal)
                story = rest;
        }

        return story;
    }

    /// <summary>The story, an operation a line in the order of invocation.</summary>
    public static string Tell(IReadOnlyList<Operation> illegal)
    {
        var story = Shortest(illegal);
        var text = new StringBuilder($"no order explains these {story.Count} operations (of {illegal.Count} on the key):");
        foreach (var operation in story.OrderBy(operation => operation.Invoked))
            text.Append('\n').Append("  ").Append(operation);
        return text.ToString();
    }

    // What has not returned by a moment is of unknown outcome then; the first moment at which the history is illegal is found by halving.
    private static List<Operation> ShortestPrefix(List<Operation> operations)
    {
        var moments = operations.Where(operation => !operation.IsUnknown).Select(operation => operation.Returned).Order().ToList();
        int low = 0, high = moments.Count - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Checker.Check(Until(operations, moments[middle])) == Verdict.Illegal)
                high = middle;
            else
                low = middle + 1;
        }

        return moments.Count == 0 ? operations : Until(operations, moments[low]);
    }

    private static List<Operation> Until(List<Operation> operations, long moment) =>
        [.. operations.Where(operation => operation.Invoked <= moment)
            .Select(operation => operation.Returned <= moment ? operation : operation with { Returned = Operation.Never })
            .Where(operation => !(operation.IsUnknown && operation.Kind == OperationKind.Get))];

    private static bool IsSource(Operation operation, List<Operation> rest) =>
        operation.Kind switch
        {
            OperationKind.Set or OperationKind.SetIfAbsent or OperationKind.SetIfEqual =>
                rest.Any(other => !other.IsUnknown && other.Kind != OperationKind.Set
                    && (other.Output == operation.Input || (other.Output == "OK" && other.Expected == operation.Input))),
            OperationKind.Increment => rest.Any(other => !other.IsUnknown && other.Kind is OperationKind.Get or OperationKind.Increment),
            _ => false,
        };
}
