using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>
/// Stands for the singleton, wherever it runs: forwards to it with the original sender. While its place is not known messages
/// wait in a bounded buffer, in order; when that is full the oldest is dropped. What was sent to a singleton that had just
/// died is lost.
/// </summary>
public sealed class ClusterSingletonProxy : ReceiveActor
{
    private readonly ClusterSingletonProxySettings _settings;
    private readonly string[] _singletonPath;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<(object Message, IActorRef Sender)> _buffer = [];
    private ImmutableSortedSet<Member> _byAge = ImmutableSortedSet.Create(Member.AgeOrdering);
    private IActorRef _singleton;
    private ICancelable _search;
    private int _searchNumber;
    private string _searchId;

    /// <summary>A proxy for the singleton of the manager at <paramref name="singletonManagerPath"/>, such as <c>/user/leader</c>.</summary>
    public ClusterSingletonProxy(string singletonManagerPath, ClusterSingletonProxySettings settings)
    {
        _settings = settings;
        _singletonPath = [.. singletonManagerPath.Split('/', StringSplitOptions.RemoveEmptyEntries), .. settings.SingletonName.Split('/')];

        Receive<ClusterEvent.CurrentClusterState>(OnState);
        Receive<ClusterEvent.MemberUp>(up => OnMembers(WithoutIncarnationsOf(up.Member).Add(up.Member), up.Member));
        Receive<ClusterEvent.MemberExited>(exited => OnGone(exited.Member));
        Receive<ClusterEvent.MemberRemoved>(removed => OnGone(removed.Member));
        Receive<ClusterEvent.IMemberEvent>(_ => { });
        Receive<SearchTick>(_ => Ask());
        Receive<ActorIdentity>(OnIdentity, identity => Equals(identity.MessageId, _searchId));
        Receive<Terminated>(OnTerminated, terminated => terminated.ActorRef.Equals(_singleton));
        ReceiveAny(OnMessage);
    }

    private sealed class SearchTick : INoSerializationVerificationNeeded
    {
        public static readonly SearchTick Instance = new();
    }

    /// <summary>The reference configuration of <c>akka.cluster.singleton-proxy</c>.</summary>
    public static Config DefaultConfig() => SingletonReference.Config;

    /// <summary>How to make a proxy for the singleton of the manager at a path such as <c>/user/leader</c>.</summary>
    public static Props Props(string singletonManagerPath, ClusterSingletonProxySettings settings) =>
        Akka.Actor.Props.Create(() => new ClusterSingletonProxy(singletonManagerPath, settings))
            .WithDispatcher(SingletonReference.Dispatcher);

    /// <inheritdoc/>
    protected override void PreStart() => _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent));

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _search?.Cancel();
        _cluster.Unsubscribe(Self);
    }

    private void OnState(ClusterEvent.CurrentClusterState state) => OnMembers(
        ImmutableSortedSet.CreateRange(Member.AgeOrdering, state.Members.Where(m => m.Status == MemberStatus.Up && IsCandidate(m))),
        changed: null);

    private void OnGone(Member member) => OnMembers(_byAge.Except(_byAge.Where(m => m.Equals(member))), member);

    private void OnMembers(ImmutableSortedSet<Member> byAge, Member changed)
    {
        if (changed is not null && !IsCandidate(changed)) return;
        var before = Oldest;
        _byAge = byAge;
        if (!Equals(before, Oldest)) Search();
    }

    private Member Oldest => _byAge.IsEmpty ? null : _byAge[0];

    private bool IsCandidate(Member member) => _settings.Role is null || member.HasRole(_settings.Role);

    private ImmutableSortedSet<Member> WithoutIncarnationsOf(Member member) =>
        _byAge.Except(_byAge.Where(m => m.Address.Equals(member.Address)));

    /// <summary>The singleton may be elsewhere now: forget where it was, and ask at once and then again and again.</summary>
    private void Search()
    {
        if (_singleton is not null) Context.Unwatch(_singleton);
        _singleton = null;
        _searchId = $"singleton-{++_searchNumber}";
        _search?.Cancel();
        _search = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, _settings.SingletonIdentificationInterval, Self, SearchTick.Instance, Self);
    }

    private void Ask()
    {
        if (_singleton is not null || Oldest is not { } oldest) return;
        _cluster.RefOn(oldest.Address, _singletonPath).Tell(new Identify(_searchId), Self);
    }

    private void OnIdentity(ActorIdentity identity)
    {
        if (_singleton is not null || identity.Subject is null) return;
        _singleton = identity.Subject;
        _search?.Cancel();
        Context.Watch(_singleton);
        _log.Info("Singleton identified at [{0}]", _singleton.Path);
        while (_buffer.TryDequeue(out var waiting))
            _singleton.Tell(waiting.Message, waiting.Sender);
    }

    private void OnTerminated(Terminated terminated)
    {
        _log.Info("Singleton at [{0}] has ended", terminated.ActorRef.Path);
        Search();
    }

    private void OnMessage(object message)
    {
        if (message is ActorIdentity or Terminated) return; // Of a search long over.
        if (_singleton is not null)
        {
            _singleton.Forward(message);
            return;
        }

        if (_settings.BufferSize == 0)
        {
            _log.Debug("Singleton not available and buffering is disabled, dropping message [{0}]", message.GetType());
            return;
        }

        if (_buffer.Count == _settings.BufferSize)
            _log.Debug("Singleton not available and buffer is full, dropping first message [{0}]", _buffer.Dequeue().Message.GetType());
        _buffer.Enqueue((message, Sender));
    }
}
