using System.Globalization;
using System.Text;

namespace Akka.Actor;

/// <summary>
/// The name of an actor from the root of its system down, with the address of the system. Immutable.
/// Equality ignores the uid: a path names a place, and an <see cref="IActorRef"/> one of the actors that lived there.
/// </summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    /// <summary>What a name may hold besides letters and digits.</summary>
    public static readonly string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private int _hash;
    private string _serialized;

    private protected ActorPath(ActorPath parent, Address address, string name, long uid)
    {
        Parent = parent ?? this;
        Root = parent?.Root ?? this;
        Address = address;
        Name = name;
        Uid = uid;
        Depth = parent is null ? 0 : parent.Depth + 1;
    }

    public Address Address { get; }

    public string Name { get; }

    /// <summary>Tells the actors apart that had this path one after the other; 0 when unknown.</summary>
    public long Uid { get; }

    /// <summary>The number of names below the root.</summary>
    public int Depth { get; }

    /// <summary>The path above; the root is its own parent.</summary>
    public ActorPath Parent { get; }

    public ActorPath Root { get; }

    /// <summary>The names from the root down. The root itself has none.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            var names = new string[Depth];
            var path = this;
            for (var i = Depth - 1; i >= 0; i--, path = path.Parent)
                names[i] = path.Name;
            return names;
        }
    }

    public abstract ActorPath WithUid(long uid);

    /// <summary>The path of a child; a "#uid" at the end of the name becomes its uid.</summary>
    public ActorPath Child(string childName) => this / childName;

    public static ActorPath operator /(ActorPath path, string name)
    {
        var (child, uid) = SplitUid(name);
        return new ChildActorPath(path, child, uid);
    }

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name)
    {
        var result = path;
        foreach (var element in name)
        {
            if (!string.IsNullOrEmpty(element))
                result /= element;
        }

        return result;
    }

    public static bool operator ==(ActorPath left, ActorPath right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(ActorPath left, ActorPath right) => !(left == right);

    /// <summary>Whether <paramref name="s"/> may be an actor's name: URL-safe, not empty, not starting with "$".</summary>
    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
            return false;

        for (var i = 0; i < s.Length; i++)
        {
            var c = s[i];
            if (char.IsAsciiLetterOrDigit(c) || ValidSymbols.Contains(c, StringComparison.Ordinal))
                continue;
            if (c != '%' || i + 2 >= s.Length || !char.IsAsciiHexDigit(s[i + 1]) || !char.IsAsciiHexDigit(s[i + 2]))
                return false;
            i += 2;
        }

        return true;
    }

    /// <exception cref="UriFormatException">The text is no absolute path with an address.</exception>
    public static ActorPath Parse(string path) =>
        TryParse(path, out var result) ? result : throw new UriFormatException($"Not an absolute actor path: '{path}'.");

    public static bool TryParse(string path, out ActorPath actorPath)
    {
        actorPath = null;
        return Address.TryParse(path.AsSpan(), out var address, out var rest) && TryParse(new RootActorPath(address), rest, out actorPath);
    }

    public static bool TryParse(ActorPath basePath, string absoluteUri, out ActorPath actorPath) =>
        TryParse(basePath, absoluteUri.AsSpan(), out actorPath);

    /// <summary>
    /// Walks from <paramref name="basePath"/> along the names in <paramref name="absoluteUri"/>; "." and ".." mean what they mean in
    /// a file system.
    /// </summary>
    public static bool TryParse(ActorPath basePath, ReadOnlySpan<char> absoluteUri, out ActorPath actorPath)
    {
        actorPath = basePath;
        foreach (var range in absoluteUri.Split('/'))
        {
            var element = absoluteUri[range];
            if (element.IsEmpty || element is ".")
                continue;
            actorPath = element is ".." ? actorPath.Parent : actorPath / element.ToString();
        }

        return true;
    }

    /// <summary>The path below the address, for example <c>/user/leader</c>.</summary>
    public string ToStringWithoutAddress() => Render("", withUid: false);

    /// <summary>The path with its own address.</summary>
    public string ToStringWithAddress() => ToStringWithAddress(Address);

    /// <summary>The path with <paramref name="address"/> where it has none that others can reach.</summary>
    public string ToStringWithAddress(Address address) => Render(Reachable(address).ToString(), withUid: false);

    public string ToStringWithUid() => Render(Address.ToString(), withUid: true);

    /// <summary>What goes over the wire: address, names and uid.</summary>
    public string ToSerializationFormat() => _serialized ??= Render(Address.ToString(), withUid: true);

    /// <summary>What goes over the wire from the system that is reached at <paramref name="address"/>.</summary>
    public string ToSerializationFormatWithAddress(Address address) =>
        Reachable(address) == Address ? ToSerializationFormat() : Render(address.ToString(), withUid: true);

    public override string ToString() => Render(Address.ToString(), withUid: false);

    public bool Equals(ActorPath other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || Depth != other.Depth || GetHashCode() != other.GetHashCode())
            return false;

        var (a, b) = (this, other);
        for (; a.Depth > 0; a = a.Parent, b = b.Parent)
        {
            if (ReferenceEquals(a, b))
                return true;
            if (a.Name != b.Name)
                return false;
        }

        return a.Address.Equals(b.Address) && a.Name == b.Name;
    }

    public override bool Equals(object obj) => Equals(obj as ActorPath);

    public override int GetHashCode()
    {
        if (_hash == 0)
        {
            var hash = Depth == 0 ? HashCode.Combine(Address, Name) : HashCode.Combine(Parent.GetHashCode(), Name);
            _hash = hash == 0 ? 1 : hash;
        }

        return _hash;
    }

    /// <summary>By address, then by names; a parent comes before its children.</summary>
    public int CompareTo(ActorPath other)
    {
        if (ReferenceEquals(this, other))
            return 0;
        if (other is null)
            return 1;
        if (Depth > other.Depth)
            return Parent.CompareTo(other) is var above && above != 0 ? above : 1;
        if (Depth < other.Depth)
            return -other.CompareTo(this);
        if (Depth == 0)
            return Address.CompareTo(other.Address) is var order && order != 0 ? order : string.CompareOrdinal(Name, other.Name);
        return Parent.CompareTo(other.Parent) is var parents && parents != 0 ? parents : string.CompareOrdinal(Name, other.Name);
    }

    private static (string Name, long Uid) SplitUid(string name)
    {
        var hash = name.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0)
            return (name, 0);
        return long.TryParse(name.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
            ? (name[..hash], uid)
            : (name, 0);
    }

    private Address Reachable(Address other) => Address.HasGlobalScope ? Address : other;

    private string Render(string prefix, bool withUid)
    {
        var text = new StringBuilder(prefix, 64);
        AppendNames(text);
        if (Depth == 0)
            text.Append('/');
        if (withUid && Uid != 0)
            text.Append('#').Append(Uid);
        return text.ToString();
    }

    private void AppendNames(StringBuilder text)
    {
        if (Depth > 0)
            Parent.AppendNames(text);
        if (Name.Length > 0 && Name != "/")
            text.Append('/').Append(Name);
    }
}

/// <summary>The top of a system's tree: its address and no name.</summary>
public sealed class RootActorPath : ActorPath
{
    public RootActorPath(Address address, string name = "")
        : base(null, address, name, 0)
    {
    }

    public override ActorPath WithUid(long uid) =>
        uid == 0 ? this : throw new NotSupportedException("The root of a system has no uid.");
}

/// <summary>A name below another path.</summary>
public sealed class ChildActorPath : ActorPath
{
    public ChildActorPath(ActorPath parentPath, string name, long uid)
        : base(parentPath, parentPath.Address, name, uid)
    {
    }

    public override ActorPath WithUid(long uid) => uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
}
