using AkkaKv.Gateway.Commands;

namespace AkkaKv.Gateway;

/// <summary>The part of a session that sends what no request asked for.</summary>
internal sealed partial class ClientSession
{
    /// <summary>Only who subscribed is told; all others pay nothing.</summary>
    private volatile bool _expectsMessages;
    private bool _owesMessage;

    /// <summary>From now on messages may come between replies.</summary>
    public void ExpectMessages() => _expectsMessages = true;

    /// <summary>
    /// Sends a subscriber the message that the leader changed, between two of its replies. Callable from any thread. Several
    /// that are due together are one: it says no more than that there is something to look at.
    /// </summary>
    public void TellOfAnotherLeader()
    {
        if (_expectsMessages)
            Post(Signals.Message);
    }

    private void OweMessage()
    {
        _owesMessage = true;
        if (_phase != Phase.Receiving)
            return; // It has replies to send first.

        BeginTurn();
        Continue();
    }

    private void WriteMessage()
    {
        if (!_owesMessage)
            return;
        _owesMessage = false;
        PubSubCommands.WriteLeaderChanged(Client, Replies);
    }
}
