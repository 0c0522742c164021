#nullable enable
using System.Threading.Channels;
using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>A message that a test actor got, and who sent it.</summary>
internal readonly record struct Received(object Message, IActorRef? Sender);

/// <summary>What has come to a test actor and was not asked for yet. Many writers, one waiting test at a time.</summary>
internal sealed class MessageQueue
{
    private readonly Channel<Received> _messages = Channel.CreateUnbounded<Received>();

    public bool HasMessages => _messages.Reader.TryPeek(out _);

    public void Enqueue(Received message) => _messages.Writer.TryWrite(message);

    /// <summary>The next message, or null when none came within <paramref name="max"/>.</summary>
    public async ValueTask<Received?> DequeueAsync(TimeSpan max, CancellationToken cancellationToken)
    {
        if (_messages.Reader.TryRead(out var message))
            return message;
        if (max <= TimeSpan.Zero && max != Timeout.InfiniteTimeSpan)
            return null;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(max);
        try
        {
            return await _messages.Reader.ReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
