using System.Globalization;

namespace Akka.Actor;

/// <summary>
/// Where an actor system lives: protocol and system name, plus host and port once it can be reached over a network.
/// Immutable; compared by value.
/// </summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>, IComparable
{
    /// <summary>Orders addresses by protocol, system, host and port. Every node of a cluster sorts alike.</summary>
    public static readonly IComparer<Address> Comparer = Comparer<Address>.Create(Compare);

    /// <summary>An address of no system in particular.</summary>
    public static readonly Address AllSystems = new("akka", "all-systems");

    private readonly string _text;
    private readonly int _hash;

    public Address(string protocol, string system, string host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host?.ToLowerInvariant();
        Port = port;
        _text = Host is null
            ? $"{protocol}://{system}"
            : string.Create(CultureInfo.InvariantCulture, $"{protocol}://{system}@{Host}:{port}");
        _hash = _text.GetHashCode(StringComparison.Ordinal);
    }

    public string Protocol { get; }

    public string System { get; }

    /// <summary>Host name in lower case, or null for an address that means only this process.</summary>
    public string Host { get; }

    public int? Port { get; }

    /// <summary>Whether the address names a system without saying where it is.</summary>
    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    /// <summary>Whether the address means the same system to every process.</summary>
    public bool HasGlobalScope => !HasLocalScope;

    public Address WithHost(string host = null) => new(Protocol, System, host, Port);

    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    public Address WithSystem(string system) => new(Protocol, system, Host, Port);

    public bool Equals(Address other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _text == other._text);

    public override bool Equals(object obj) => Equals(obj as Address);

    public override int GetHashCode() => _hash;

    public override string ToString() => _text;

    public int CompareTo(Address other) => Compare(this, other);

    int IComparable.CompareTo(object obj) =>
        obj is null or Address ? Compare(this, (Address)obj) : throw new ArgumentException("Not an address.", nameof(obj));

    public static bool operator ==(Address left, Address right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(Address left, Address right) => !(left == right);

    /// <summary>Reads <c>protocol://system</c> or <c>protocol://system@host:port</c>; what follows a slash is ignored.</summary>
    /// <exception cref="UriFormatException">The text is no address.</exception>
    public static Address Parse(string address) =>
        TryParse(address, out var result) ? result : throw new UriFormatException($"Not an address: '{address}'.");

    public static bool TryParse(string path, out Address address) => TryParse(path.AsSpan(), out address, out _);

    public static bool TryParse(string path, out Address address, out string absolutUri)
    {
        var parsed = TryParse(path.AsSpan(), out address, out var rest);
        absolutUri = parsed ? rest.ToString() : null;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<char> span, out Address address) => TryParse(span, out address, out _);

    /// <summary>
    /// Reads an address from the front of a path; <paramref name="absolutUri"/> is what follows it, from its slash on ("/" when
    /// nothing does).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> span, out Address address, out ReadOnlySpan<char> absolutUri)
    {
        address = null;
        absolutUri = "/";

        var schemeEnd = span.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd <= 0 || span[..schemeEnd].ContainsAny('/', '@'))
            return false;

        var authority = span[(schemeEnd + 3)..];
        var slash = authority.IndexOf('/');
        if (slash >= 0)
        {
            absolutUri = authority[slash..];
            authority = authority[..slash];
        }

        var protocol = span[..schemeEnd].ToString();
        var at = authority.IndexOf('@');
        if (at < 0)
        {
            if (authority.IsEmpty || authority.Contains(':'))
                return false;

            address = new Address(protocol, authority.ToString());
            return true;
        }

        var colon = authority.LastIndexOf(':');
        if (at == 0 || colon <= at + 1
            || !int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > ushort.MaxValue)
        {
            return false;
        }

        address = new Address(protocol, authority[..at].ToString(), authority[(at + 1)..colon].ToString(), port);
        return true;
    }

    private static int Compare(Address a, Address b)
    {
        if (ReferenceEquals(a, b))
            return 0;
        if (a is null)
            return -1;
        if (b is null)
            return 1;

        var order = string.CompareOrdinal(a.Protocol, b.Protocol);
        if (order == 0)
            order = string.CompareOrdinal(a.System, b.System);
        if (order == 0)
            order = string.CompareOrdinal(a.Host ?? "", b.Host ?? "");
        return order == 0 ? (a.Port ?? 0).CompareTo(b.Port ?? 0) : order;
    }
}
