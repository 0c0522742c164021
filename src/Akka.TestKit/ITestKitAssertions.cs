namespace Akka.TestKit;

/// <summary>How a test kit fails a test; each test framework has its own.</summary>
public interface ITestKitAssertions
{
    /// <summary>Fails the test with a formatted text.</summary>
    void Fail(string format = "", params object[] args);

    /// <summary>Fails the test when <paramref name="condition"/> does not hold.</summary>
    void AssertTrue(bool condition, string format = "", params object[] args);

    /// <summary>Fails the test when <paramref name="condition"/> holds.</summary>
    void AssertFalse(bool condition, string format = "", params object[] args);

    /// <summary>Fails the test when the two differ.</summary>
    void AssertEqual<T>(T expected, T actual, string format = "", params object[] args);

    /// <summary>Fails the test when <paramref name="comparer"/> says that the two differ.</summary>
    void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object[] args);
}
