#nullable enable
using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Lets what a test awaits go on in the name of the test actor, so that a test sends as it on every thread.</summary>
internal sealed class ActorCellKeepingContext(ActorCell cell) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) =>
        ThreadPool.QueueUserWorkItem(_ => Run(d, state));

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    private void Run(SendOrPostCallback callback, object? state)
    {
        var outerContext = Current;
        var outer = ActorCell.Enter(cell);
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(outerContext);
            ActorCell.Leave(outer);
        }
    }
}
