using AkkaKv.Core.Commands;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Commands;

/// <summary>The writes with many options: SET, GETEX, MSETEX. Options come in any order, each at most once, as in Redis.</summary>
internal static class SetCommand
{
    public static void Set(WriteRun run, RequestArguments arguments)
    {
        if (arguments.Count == 3)
        {
            run.Commands.Set(arguments[1], arguments[2]);
            run.Answer();
            return;
        }

        var options = new Options();
        for (var i = 3; i < arguments.Count && options.Error is null;)
        {
            if (Words.Is(arguments[i], "GET"u8))
            {
                options.ReturnsOld = true;
                i++;
            }
            else
            {
                i += options.Read(arguments, i, "set", allowsComparison: true);
            }
        }

        if (options.Error is not null)
        {
            run.Refuse(options.Error);
            return;
        }

        run.Commands.Set(arguments[1], arguments[2], new SetOptions
        {
            Condition = options.Condition,
            Comparand = options.Comparand == 0 ? default : arguments[options.Comparand],
            Expiry = options.Expiry,
            ReturnOld = options.ReturnsOld,
        });
        run.Answer();
    }

    public static void GetAndExpire(WriteRun run, RequestArguments arguments)
    {
        var expiry = Expiry.None;
        string? error = null;
        var isPersist = arguments.Count == 3 && Words.Is(arguments[2], "PERSIST"u8);
        if (!isPersist && (!Words.TryReadExpiry(arguments, 2, "getex", out expiry, out error) || arguments.Count > 4))
            error ??= ReplyTable.SyntaxError;
        if (error is not null)
        {
            run.Refuse(error);
            return;
        }

        run.Commands.GetAndExpire(arguments[1], expiry);
        run.Answer();
    }

    public static void MultiSetWithOptions(WriteRun run, RequestArguments arguments)
    {
        if (!RespNumber.TryParse(arguments[1], out var pairs) || pairs <= 0 || pairs > int.MaxValue)
        {
            run.Refuse("ERR invalid numkeys value");
            return;
        }

        if (2 + (2 * pairs) > arguments.Count)
        {
            run.Refuse("ERR wrong number of key-value pairs");
            return;
        }

        var end = 2 + (2 * (int)pairs);
        var options = new Options();
        for (var i = end; i < arguments.Count && options.Error is null;)
            i += options.Read(arguments, i, "msetex", allowsComparison: false);
        for (var i = 2; i < end && options.Error is null; i += 2)
        {
            if (arguments[i].Length > run.Settings.KeyBytesMax)
                options.Error = $"ERR key is longer than the {run.Settings.KeyBytesMax} bytes allowed";
        }

        if (options.Error is not null)
        {
            run.Refuse(options.Error);
            return;
        }

        run.Commands.BeginMultiSet(options.Condition, options.Expiry);
        for (var i = 2; i < end; i += 2)
            run.Commands.AddPair(arguments[i], arguments[i + 1]);
        run.Commands.EndMultiSet();
        run.Answer(ReplyShape.OneOrZero);
    }

    /// <summary>What was read of the options so far.</summary>
    private struct Options
    {
        public SetCondition Condition;

        /// <summary>Place of the comparand; 0 when there is none.</summary>
        public int Comparand;
        public Expiry Expiry;
        public bool ReturnsOld;
        public string? Error;

        private bool _hasExpiry;

        /// <summary>Reads the option at <paramref name="i"/> and returns how many arguments it takes.</summary>
        public int Read(RequestArguments arguments, int i, string command, bool allowsComparison)
        {
            var word = arguments[i];
            if (Words.TryReadExpiry(arguments, i, command, out var expiry, out var error))
            {
                Error = _hasExpiry ? ReplyTable.SyntaxError : error;
                Expiry = expiry;
                _hasExpiry = true;
                return 2;
            }

            if (Words.Is(word, "KEEPTTL"u8))
            {
                Error = _hasExpiry ? ReplyTable.SyntaxError : null;
                Expiry = Expiry.Keep;
                _hasExpiry = true;
                return 1;
            }

            var condition = Words.Is(word, "NX"u8) ? SetCondition.IfAbsent
                : Words.Is(word, "XX"u8) ? SetCondition.IfPresent
                : allowsComparison && Words.Is(word, "IFEQ"u8) ? SetCondition.IfEqual
                : allowsComparison && Words.Is(word, "IFNE"u8) ? SetCondition.IfNotEqual
                : SetCondition.Always;
            var compares = condition is SetCondition.IfEqual or SetCondition.IfNotEqual;
            if (condition == SetCondition.Always || Condition != SetCondition.Always || (compares && i + 1 == arguments.Count))
            {
                Error = ReplyTable.SyntaxError;
                return 1;
            }

            Condition = condition;
            Comparand = compares ? i + 1 : 0;
            return compares ? 2 : 1;
        }
    }
}
