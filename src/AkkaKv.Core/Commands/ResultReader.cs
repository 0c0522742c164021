namespace AkkaKv.Core.Commands;

/// <summary>Reads results in the order of their commands. Bad bytes end it early and never throw.</summary>
/// <param name="results">One result after another, as <see cref="ResultWriter"/> wrote them.</param>
public ref struct ResultReader(ReadOnlySpan<byte> results)
{
    private ReadOnlySpan<byte> _rest = results;

    /// <summary>True when every byte was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Takes the next result; false at the end and at bytes that are no result.</summary>
    public bool TryRead(out Result result)
    {
        result = default;
        if (_rest.IsEmpty) return false;
        var kind = (ResultKind)_rest[0];
        var rest = _rest[1..];
        switch (kind)
        {
            case ResultKind.Ok or ResultKind.Nil or (>= ResultKind.ErrorNotInteger and <= ResultKind.ErrorAborted):
                result = new Result(kind, 0, default);
                break;
            case ResultKind.Integer when Varint.TryRead(ref rest, out var folded):
                result = new Result(kind, Varint.Unfold(folded), default);
                break;
            case ResultKind.Bulk when Varint.TryReadBytes(ref rest, out var bulk):
                result = new Result(kind, 0, bulk);
                break;
            default:
                return false;
        }

        _rest = rest;
        return true;
    }
}

/// <summary>One result, looking into the memory it was read from.</summary>
public readonly ref struct Result(ResultKind kind, long integer, ReadOnlySpan<byte> bulk)
{
    public ResultKind Kind { get; } = kind;

    /// <summary>The number when <see cref="Kind"/> is Integer, otherwise 0.</summary>
    public long Integer { get; } = integer;

    /// <summary>The bytes when <see cref="Kind"/> is Bulk, otherwise empty.</summary>
    public ReadOnlySpan<byte> Bulk { get; } = bulk;

    public bool IsError => Kind >= ResultKind.ErrorNotInteger;
}
