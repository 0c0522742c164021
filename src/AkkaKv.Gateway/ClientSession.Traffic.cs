using AkkaKv.Gateway.Polling;

namespace AkkaKv.Gateway;

/// <summary>The half of a session that receives and sends.</summary>
internal sealed partial class ClientSession
{
    private int _watched;
    private int _sent;
    private long _requestBegan = Never;
    private long _restUntil = Never;
    private long _partUntil = Never;

    /// <summary>Input was announced and not taken yet.</summary>
    private bool _isReadable;

    /// <summary>In this turn input was taken: once is enough, or a client that never stops sending would keep the others waiting.</summary>
    private bool _hasReceived;

    /// <summary>Sends the replies, all at once as far as there is room.</summary>
    /// <returns>False when room for the rest must be waited for, or the client is gone.</returns>
    private bool TrySend()
    {
        if (Replies.Length == 0)
            return true;

        var rest = Replies.Written.Span[_sent..];
        while (!rest.IsEmpty)
        {
            var sent = LibC.Send(_descriptor, rest);
            if (sent == LibC.WouldBlock)
            {
                WaitForRoom();
                return false;
            }

            if (sent == LibC.Broken)
            {
                End(null);
                return false;
            }

            _sent += sent;
            rest = rest[sent..];
        }

        _sent = 0;
        Replies.Clear();
        return true;
    }

    /// <summary>The time to take the replies runs from when they were ready; taking a few bytes of them does not prolong it.</summary>
    private void WaitForRoom()
    {
        if (_phase != Phase.Sending)
            Volatile.Write(ref _abortAt, Loop.Now + (long)Gateway.Settings.OutputDeadline.TotalMilliseconds);
        _phase = Phase.Sending;
        Watch(LibC.Out);
    }

    /// <summary>
    /// Takes input that was announced; who has none to take waits for an announcement. After a short read there is nothing left, and if
    /// there is, it is announced at once.
    /// </summary>
    /// <returns>False when there is nothing to go on with.</returns>
    private bool TryReceive()
    {
        if (_commandsServed > 0)
        {
            Gateway.CountCommands(_commandsServed);
            _commandsServed = 0;
        }

        if (_isDraining)
            return TryReceiveRest();
        if (!_isReadable)
        {
            WaitForInput();
            return false;
        }

        _isReadable = false;
        switch (Receive())
        {
            case > 0:
                return true;
            case LibC.WouldBlock:
                WaitForInput();
                return false;
            default:
                End(null);
                return false;
        }
    }

    /// <summary>While the server drains: takes what has arrived, and what a request that has begun still lacks.</summary>
    /// <returns>False when there is nothing to go on with.</returns>
    private bool TryReceiveRest()
    {
        if (_restUntil == Never)
        {
            _restUntil = Loop.Now + (long)Gateway.Settings.DrainGrace.TotalMilliseconds;
            Loop.CallAt(this, _restUntil);
        }

        if (Loop.Now >= _restUntil)
        {
            Part();
            return false;
        }

        if (_hasReceived)
        {
            Queue();
            return false;
        }

        switch (Receive())
        {
            case > 0:
                return true;
            case LibC.WouldBlock when !_input.IsEmpty:
                WaitForInput();
                return false;
            case LibC.Broken:
                End(null);
                return false;
            default:
                Part();
                return false;
        }
    }

    private int Receive()
    {
        _hasReceived = true;
        var received = LibC.Receive(_descriptor, _input.Room());
        if (received <= 0)
            return received;

        _input.Filled(received);
        Client.LastActive = Loop.Now;
        return received;
    }

    private void WaitForInput()
    {
        _input.Release();
        Loop.Replies.Return(Replies);
        _replies = null;
        _phase = Phase.Receiving;
        Watch(LibC.In);
        SetReceiveDeadline();
    }

    private void Watch(int interest)
    {
        if (_watched == interest)
            return;
        _watched = interest;
        Loop.Watch(this, _descriptor, interest);
    }

    private void SetReceiveDeadline()
    {
        if (!_input.IsEmpty)
        {
            // The request has begun. Its time runs from the first byte, so a trickle of bytes does not prolong it.
            _requestBegan = _requestBegan == Never ? Loop.Now : _requestBegan;
            Volatile.Write(ref _abortAt, _requestBegan + (long)Gateway.Settings.RequestDeadline.TotalMilliseconds);
            return;
        }

        _requestBegan = Never;
        var idle = Gateway.IdleTimeoutMilliseconds;
        Volatile.Write(ref _abortAt, idle > 0 ? Loop.Now + idle : Never);
    }

    private void StartDraining()
    {
        _isDraining = true;
        GoOnDraining();
    }

    private void GoOnDraining()
    {
        if (_phase != Phase.Receiving)
            return;

        BeginTurn();
        Continue();
    }

    /// <summary>
    /// Ends the connection in good order. Input that a closed socket has not read, or gets afterwards, makes TCP reset the
    /// connection, and the client may lose replies that were sent to it; so whatever it still sends is taken, and thrown away, until it
    /// hangs up. None of that was executed, and none is answered.
    /// </summary>
    private void Part()
    {
        _phase = Phase.Parting;
        LibC.EndSending(_descriptor);
        Watch(LibC.In);
        Volatile.Write(ref _abortAt, Never);
        _partUntil = Loop.Now + (long)Gateway.Settings.PartingGrace.TotalMilliseconds;
        Loop.CallAt(this, _partUntil);
    }

    private void Discard()
    {
        _input.Consume(_input.Unread.Length);
        if (LibC.Receive(_descriptor, _input.Room()) is 0 or LibC.Broken)
            End(null);
    }
}
