using System.Globalization;
using Xunit;

namespace Akka.TestKit.Xunit2;

/// <summary>Fails tests the way xunit 2 does.</summary>
public class XunitAssertions : ITestKitAssertions
{
    /// <inheritdoc/>
    public void Fail(string format = "", params object[] args) => Assert.Fail(Text(format, args));

    /// <inheritdoc/>
    public void AssertTrue(bool condition, string format = "", params object[] args) =>
        Assert.True(condition, Text(format, args));

    /// <inheritdoc/>
    public void AssertFalse(bool condition, string format = "", params object[] args) =>
        Assert.False(condition, Text(format, args));

    /// <inheritdoc/>
    public void AssertEqual<T>(T expected, T actual, string format = "", params object[] args)
    {
        if (format.Length > 0 && !Equals(expected, actual))
            Assert.Fail($"{Text(format, args)} Expected: {expected}; actual: {actual}.");
        Assert.Equal(expected, actual);
    }

    /// <inheritdoc/>
    public void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object[] args)
    {
        if (!comparer(expected, actual))
            Assert.Fail($"{Text(format, args)} Expected: {expected}; actual: {actual}.");
    }

    private static string Text(string format, object[] args) =>
        args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args);
}
