#nullable enable
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.TestKit.Internal;

/// <summary>
/// Runs an actor on the thread that sends to it, so that a message is in a test's queue when the sender's Tell returns. When the
/// actor is busy on another thread, that one handles the message.
/// </summary>
internal sealed class CallingThreadDispatcherConfigurator(Config config, ActorSystemImpl system) : MessageDispatcherConfigurator
{
    public override MessageDispatcher Dispatcher(string id)
    {
        _ = system;
        return new CallingThreadDispatcher(id, config.GetInt("throughput", int.MaxValue));
    }

    private sealed class CallingThreadDispatcher(string id, int throughput) : MessageDispatcher(id, throughput, TimeSpan.Zero)
    {
        public override void Schedule(Mailbox mailbox)
        {
            while (mailbox.Run())
            {
            }
        }
    }
}
