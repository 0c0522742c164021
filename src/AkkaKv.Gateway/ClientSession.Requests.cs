using System.Diagnostics;
using System.Globalization;
using System.Text;
using AkkaKv.Core;
using AkkaKv.Core.State;
using AkkaKv.Resp;

namespace AkkaKv.Gateway;

/// <summary>The half of a session that decides, without waiting for anything.</summary>
internal sealed partial class ClientSession
{
    private static readonly Action<KeyValueState, ClientSession> ReadStoreOfSession = static (state, session) => session.ReadStore(state);

    /// <summary>Replies are sent before they grow beyond this, in bytes.</summary>
    private const int OutputBytesMax = 256 * 1024;

    /// <summary>So many commands are answered before the other sessions have their turn: some 100 microseconds.</summary>
    private const int AnswersOfTurn = 512;

    private readonly Action<Item?> _readKey;
    private Command? _current;
    private int _currentBytes;
    private int _mark;
    private Capture? _capture;
    private bool _isClosing;
    private int _answersLeft;

    private enum Step
    {
        /// <summary>The command was answered, or joined the run of writes.</summary>
        Next,

        /// <summary>Nothing more can be done with the input there is.</summary>
        Receive,

        /// <summary>The run of writes must be carried out first.</summary>
        Submit,

        /// <summary>The current command needs the replica's word on its key.</summary>
        AskKey,

        /// <summary>The current command needs the replica's word on the whole map.</summary>
        AskStore,

        /// <summary>The current command may take long.</summary>
        GoAway,

        /// <summary>Enough replies have gathered, and others wait for their turn.</summary>
        Send,

        /// <summary>The connection ends.</summary>
        Close,
    }

    /// <summary>True when the reply being written is too large already: the rest need not be written.</summary>
    public bool IsReplyTooLarge => Replies.Length - _mark > Gateway.Settings.ReplyBytesMax;

    private RequestArguments CurrentArguments => _parser.Arguments(_input.Unread);

    /// <summary>Goes through the input until something has to be waited for, and says for what.</summary>
    private Step Advance()
    {
        while (true)
        {
            if (Replies.Length >= OutputBytesMax)
                return Step.Send;
            if (_isClosing)
                return _run.IsEmpty ? Step.Close : Step.Submit;
            if (_answersLeft <= 0)
                return _run.IsEmpty ? Step.Send : Step.Submit;

            if (_current is null)
            {
                var status = _parser.Read(_input.Unread, out _currentBytes);
                if (status == RequestStatus.NeedMoreData)
                    return _run.IsEmpty ? Step.Receive : Step.Submit;
                if (status == RequestStatus.Malformed)
                {
                    if (!_run.IsEmpty)
                        return Step.Submit;
                    Replies.Error("ERR " + _parser.Error);
                    Close();
                    return Step.Close;
                }

                _requestBegan = Never;
                if (CurrentArguments.Count == 0)
                {
                    _input.Consume(_currentBytes);
                    _answersLeft--; // Asking for nothing takes time, too.
                    continue;
                }

                _current = CommandTable.Find(CurrentArguments[0]) ?? CommandTable.Unknown;
            }

            var step = Execute(_current);
            if (step != Step.Next)
                return step;
            FinishCommand();
        }
    }

    private Step Execute(Command command)
    {
        var arguments = CurrentArguments;
        var objection = Objection(command, arguments);
        if (objection is null && command.Writes is { } write && !command.IsKeyRead(arguments.Count))
        {
            if (_run.IsFull(_currentBytes))
                return Step.Submit;
            write(_run, arguments);
            if (Client.TakeSilence())
                _run.Mute();
            return Step.Next;
        }

        if (!_run.IsEmpty)
            return Step.Submit; // Replies keep the order of requests, and a read sees the writes before it.

        _mark = Replies.Length;
        var step = Step.Next;
        if (objection is not null)
            Replies.Error(objection);
        else if (command.TakesLong(arguments))
            step = Step.GoAway;
        else
            step = Answer(command, arguments);
        if (step == Step.Next)
            Complete();
        return step;
    }

    /// <summary>The current command, for which the session went away.</summary>
    private Step AnswerLong()
    {
        var step = Answer(_current!, CurrentArguments);
        if (step == Step.Next)
        {
            Complete();
            FinishCommand();
        }

        return step;
    }

    /// <summary>Answers a command that writes nothing, or says that the replica must be asked.</summary>
    private Step Answer(Command command, RequestArguments arguments)
    {
        if (command.IsKeyRead(arguments.Count))
            return Gateway.View.Reads.TryGet(arguments[1], _readKey) ? Step.Next : Step.AskKey;
        if (command.ReadsStore is not null)
            return Gateway.View.Reads.TryRead(this, ReadStoreOfSession) ? Step.Next : Step.AskStore;
        if (command.ReadsCapture is not null)
            return Step.AskStore; // Only the replica's thread can begin a capture.

        command.Local!(this, arguments);
        return Step.Next;
    }

    /// <summary>Runs the current command's read of one key, perhaps several times.</summary>
    private void ReadKey(Item? item)
    {
        Replies.Truncate(_mark);
        _current!.ReadsKey!(this, CurrentArguments, item);
    }

    /// <summary>
    /// Runs the current command's read: on this thread, perhaps several times, or on the replica's thread, which also answers
    /// commands for a single key this way.
    /// </summary>
    private void ReadStore(KeyValueState state)
    {
        Debug.Assert(_current is not null);
        var arguments = CurrentArguments;
        if (_current.IsKeyRead(arguments.Count))
        {
            ReadKey(state.Find(arguments[1]));
            return;
        }

        Replies.Truncate(_mark);
        if (_current.ReadsCapture is not null)
            _capture = state.BeginCapture();
        else
            _current.ReadsStore!(this, arguments, state);
    }

    private void FinishRead(ReplyStatus status)
    {
        if (status != ReplyStatus.Committed)
        {
            Replies.Truncate(_mark);
            Replies.Error(ReplyTable.Refusal(status));
        }

        if (_capture is { } capture)
        {
            _capture = null;
            using (capture)
                _current!.ReadsCapture!(this, CurrentArguments, capture);
        }

        Complete();
        FinishCommand();
    }

    private ReadOnlyMemory<byte> CurrentKey(ReadScope scope) => scope == ReadScope.Key ? CurrentArguments[1].ToArray() : default;

    /// <summary>The reply stands: cut it if it is too large, and take it back if the client wants none.</summary>
    private void Complete()
    {
        _answersLeft--;
        if (IsReplyTooLarge)
        {
            Replies.Truncate(_mark);
            Replies.Error(ReplyTable.ReplyTooLarge);
        }

        if (Client.TakeSilence())
            Replies.Truncate(_mark);
    }

    private void FinishCommand()
    {
        Client.LastCommand = _current!.Name;
        _commandsServed++;
        _input.Consume(_currentBytes);
        _current = null;
    }

    /// <summary>Why the command cannot be tried at all; null when it can.</summary>
    private string? Objection(Command command, RequestArguments arguments)
    {
        if (command == CommandTable.Unknown)
            return UnknownCommand(arguments);
        if (!command.Accepts(arguments.Count))
            return $"ERR wrong number of arguments for '{command.Name}' command";
        if (!Client.IsAuthenticated && !command.Flags.HasFlag(CommandFlags.NoAuth))
            return "NOAUTH Authentication required.";
        if (Client.IsSubscriber && !command.Flags.HasFlag(CommandFlags.PubSub))
        {
            return $"ERR Can't execute '{command.Name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed "
                + "in this context";
        }

        return command.Writes is null ? null : KeyObjection(command, arguments);
    }

    private string? KeyObjection(Command command, RequestArguments arguments)
    {
        if (command.FirstKey == 0)
            return null;

        var keyBytesMax = Gateway.Settings.KeyBytesMax;
        var last = command.LastKey < 0 ? arguments.Count + command.LastKey : command.LastKey;
        for (var i = command.FirstKey; i <= last && i < arguments.Count; i += command.KeyStep)
        {
            if (arguments[i].Length > keyBytesMax)
                return string.Create(CultureInfo.InvariantCulture, $"ERR key is longer than the {keyBytesMax} bytes allowed");
        }

        return null;
    }

    private string UnknownCommand(RequestArguments arguments)
    {
        const int ShownBytesMax = 128;

        var name = arguments[0];
        if (name.SequenceEqual("POST"u8) || name.SequenceEqual("Host:"u8))
            Close(); // A browser was tricked into talking to this port. It must not get any further.

        var shown = new StringBuilder();
        for (var i = 1; i < arguments.Count && shown.Length < ShownBytesMax; i++)
            shown.Append('\'').Append(Shown(arguments[i], ShownBytesMax - shown.Length)).Append("' ");
        return $"ERR unknown command '{Shown(name, ShownBytesMax)}', with args beginning with: {shown}";
    }

    private static string Shown(ReadOnlySpan<byte> bytes, int bytesMax) =>
        Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, bytesMax)]);
}
