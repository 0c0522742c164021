using Akka.Actor;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>A logger that writes to xunit's output of the running test.</summary>
public class TestOutputLogger : ReceiveActor
{
    /// <param name="output">The output of the running test.</param>
    public TestOutputLogger(ITestOutputHelper output)
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(logged => Write(output, logged));
    }

    private static void Write(ITestOutputHelper output, LogEvent logged)
    {
        try
        {
            output.WriteLine(logged.ToString());
        }
        catch (InvalidOperationException)
        {
            // The test is over; xunit takes no more output. Late events of a stopping system are of no interest.
        }
    }
}
