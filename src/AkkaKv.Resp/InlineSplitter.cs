namespace AkkaKv.Resp;

/// <summary>
/// Splits a line into arguments as Redis does: blanks separate; <c>"..."</c> knows <c>\n \r \t \b \a \\ \" \xHH</c>;
/// <c>'...'</c> knows <c>\'</c> only. A closing quote must be followed by a blank or the end.
/// </summary>
/// <remarks>The arguments are written, unquoted, into <c>output</c>, which must be as long as the line: they only get shorter.</remarks>
public ref struct InlineSplitter(ReadOnlySpan<byte> line, Span<byte> output)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private readonly Span<byte> _output = output;
    private int _read;
    private int _written;

    /// <summary>True when a quote was not closed, or something follows a closing quote: the line is no request.</summary>
    public bool IsUnbalanced { get; private set; }

    /// <summary>Reads the next argument; false at the end of the line or when it is <see cref="IsUnbalanced"/>.</summary>
    /// <param name="start">Where the argument begins in the output.</param>
    /// <param name="length">Its bytes.</param>
    public bool TryNext(out int start, out int length)
    {
        while (_read < _line.Length && IsBlank(_line[_read]))
            _read++;

        start = _written;
        length = 0;
        if (_read == _line.Length || IsUnbalanced)
            return false;

        while (_read < _line.Length && !IsBlank(_line[_read]))
        {
            var quote = _line[_read];
            if (quote is not ((byte)'"' or (byte)'\''))
            {
                _output[_written++] = quote;
                _read++;
                continue;
            }

            _read++;
            if (!TryReadQuoted(quote))
            {
                IsUnbalanced = true;
                return false;
            }
        }

        length = _written - start;
        return true;
    }

    private bool TryReadQuoted(byte quote)
    {
        while (_read < _line.Length)
        {
            var current = _line[_read];
            if (current == quote)
            {
                _read++;
                return _read == _line.Length || IsBlank(_line[_read]);
            }

            if (current == (byte)'\\' && _read + 1 < _line.Length && (quote == (byte)'"' || _line[_read + 1] == (byte)'\''))
            {
                _output[_written++] = ReadEscape();
            }
            else
            {
                _output[_written++] = current;
                _read++;
            }
        }

        return false;
    }

    private byte ReadEscape()
    {
        var code = _line[_read + 1];
        if (code == (byte)'x' && _read + 3 < _line.Length
            && TryHex(_line[_read + 2], out var high) && TryHex(_line[_read + 3], out var low))
        {
            _read += 4;
            return (byte)((high << 4) | low);
        }

        _read += 2;
        return code switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => 7,
            _ => code,
        };
    }

    private static bool TryHex(byte digit, out int value)
    {
        value = digit switch
        {
            >= (byte)'0' and <= (byte)'9' => digit - '0',
            >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
            _ => -1,
        };
        return value >= 0;
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0 or 0x0b or 0x0c;
}
