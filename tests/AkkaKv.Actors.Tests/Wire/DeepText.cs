using System.Collections;
using System.Reflection;
using AkkaKv.Core.State;

namespace AkkaKv.Actors.Tests.Wire;

/// <summary>Everything that an object holds, as text: records compare arrays and memory by reference, which says nothing here.</summary>
internal static class DeepText
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;

    public static string Of(object? value) => value switch
    {
        null => "null",
        string or bool or Enum or Guid or TimeSpan or long or ulong or int or byte => $"{value}",
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        StoreRegistry stores => Convert.ToHexString(stores.Encode()),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        _ => $"{value.GetType().Name} {{ {string.Join(", ", Fields(value.GetType()).Select(field => Of(field, value)))} }}",
    };

    private static string Of(FieldInfo field, object value) => $"{field.Name} = {Of(field.GetValue(value))}";

    // Fields, because properties such as Epoch.Leader say the same again. Those of base records belong to the message too.
    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (var at = type; at is not null && at != typeof(object); at = at.BaseType)
        {
            foreach (var field in at.GetFields(Own))
                yield return field;
        }
    }
}
