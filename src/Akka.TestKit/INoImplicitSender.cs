namespace Akka.TestKit;

/// <summary>A test class with this mark sends as nobody; without it, as the test actor.</summary>
public interface INoImplicitSender
{
}
