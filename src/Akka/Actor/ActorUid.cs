#nullable enable
namespace Akka.Actor;

/// <summary>Numbers that tell apart the actors which bear one name after the other.</summary>
internal static class ActorUid
{
    /// <summary>Random, so that it is not guessed and not repeated after a restart of the process. Never 0, which means unknown.</summary>
    public static long Next() => Random.Shared.NextInt64(1, int.MaxValue);
}
