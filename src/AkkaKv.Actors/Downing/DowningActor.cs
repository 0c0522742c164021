using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;

namespace AkkaKv.Actors;

/// <summary>
/// Watches the members and the connections to them. A broken connection makes it probe the process at once; a member that
/// stays unreachable is taken out after a while. Either only while a majority of the configured servers is seen.
/// <para>
/// A server that is down in the membership is seen, too, while a process answers at its address: the next process of that server,
/// which cannot become a member before the dead have left. Otherwise one that comes back while another is still dead would wait
/// for that one, although the two that live are a majority.
/// </para>
/// </summary>
public sealed class DowningActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(200);

    private readonly DowningSettings _settings;
    private readonly IProcessProbe _probe;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly IRemoteActorRefProvider _remoting = (IRemoteActorRefProvider)((ExtendedActorSystem)Context.System).Provider;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<Address, Member> _members = [];
    private readonly HashSet<Address> _unreachable = [];
    private readonly HashSet<Address> _gone = [];

    /// <summary>Down in the membership, but a process answered when it was last asked.</summary>
    private readonly HashSet<Address> _waiting = [];

    private readonly HashSet<Address> _probing = [];

    /// <summary>Made by <see cref="Props"/>; public because the engine makes actors by public constructors only.</summary>
    public DowningActor(DowningSettings settings, IProcessProbe probe)
    {
        _settings = settings;
        _probe = probe;

        Receive<ClusterEvent.CurrentClusterState>(OnState);
        Receive<ClusterEvent.MemberRemoved>(removed => Forget(removed.Member.Address));
        Receive<ClusterEvent.IMemberEvent>(changed => OnChanged(changed.Member));
        Receive<ClusterEvent.UnreachableMember>(unreachable => OnUnreachable(unreachable.Member));
        Receive<ClusterEvent.ReachableMember>(reachable => OnReachable(reachable.Member));
        Receive<DisassociatedEvent>(broken => Probe(broken.RemoteAddress));
        Receive<ProbeAgain>(again => OnProbeAgain(again.Address));
        Receive<Probed>(OnProbed);
        Receive<Answered>(OnAnswered);
        Receive<WaitedEnough>(waited => OnWaitedEnough(waited.Address));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The recipe of this actor.</summary>
    public static Props Props(DowningSettings settings, IProcessProbe probe) =>
        Akka.Actor.Props.Create(() => new DowningActor(settings, probe));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _cluster.Unsubscribe(Self);
    }

    private void OnState(ClusterEvent.CurrentClusterState state)
    {
        foreach (var member in state.Members)
            OnChanged(member);
        foreach (var member in state.Unreachable)
            OnUnreachable(member);
    }

    private void OnChanged(Member member)
    {
        _members[member.Address] = member;

        // Nobody is told that a member is unreachable which is down already, so it is looked after from here on.
        if (member.Status == MemberStatus.Down && !Timers.IsTimerActive(member.Address))
            LookLater(member.Address);
    }

    private void OnUnreachable(Member member)
    {
        _members[member.Address] = member;
        if (!_unreachable.Add(member.Address))
            return;

        LookLater(member.Address);
        Probe(member.Address);
    }

    private void OnReachable(Member member)
    {
        _unreachable.Remove(member.Address);
        _gone.Remove(member.Address);
        if (!IsDown(member.Address))
            Timers.Cancel(member.Address);
    }

    private void Forget(Address address)
    {
        _members.Remove(address);
        _unreachable.Remove(address);
        _gone.Remove(address);
        _waiting.Remove(address);
        Timers.Cancel(address);
    }

    private void Probe(Address address)
    {
        if (!_members.ContainsKey(address) || address.Equals(_cluster.SelfAddress) || !_probing.Add(address))
            return;

        _probe.IsGoneAsync(address).PipeTo(
            Self, success: isGone => new Probed(address, isGone), failure: _ => new Probed(address, false));
    }

    /// <summary>Whether the server whose process was taken out has another one by now.</summary>
    private void AskForTheNext(Address address) => _probe.AnswersAsync(address).PipeTo(
        Self, success: answers => new Answered(address, answers), failure: _ => new Answered(address, false));

    private void OnAnswered(Answered answered)
    {
        if (!answered.Answers || !IsDown(answered.Address))
            _waiting.Remove(answered.Address);
        else if (_waiting.Add(answered.Address))
            TryDownTheGone();
    }

    private void OnProbed(Probed probed)
    {
        _probing.Remove(probed.Address);
        if (probed.IsGone)
        {
            _gone.Add(probed.Address);
            TryDown(probed.Address, "its process is gone");
        }
        else if (_unreachable.Contains(probed.Address))
        {
            // A frozen process may yet be killed; that is noticed before the wait is over.
            Timers.StartSingleTimer(new ProbeAgain(probed.Address), new ProbeAgain(probed.Address), ProbeInterval);
        }
    }

    private void OnProbeAgain(Address address)
    {
        if (_unreachable.Contains(address))
            Probe(address);
    }

    private void OnWaitedEnough(Address address)
    {
        if (IsDown(address))
            AskForTheNext(address);
        else if (_unreachable.Contains(address))
            TryDown(address, "it has been unreachable for too long");
        else
            return;

        // Without a majority nothing was done; look again, because others may come back.
        LookLater(address);
    }

    private void LookLater(Address address) => Timers.StartSingleTimer(address, new WaitedEnough(address), _settings.DownAfter);

    private void TryDownTheGone()
    {
        foreach (var address in _gone)
            TryDown(address, "its process is gone");
    }

    private void TryDown(Address address, string why)
    {
        if (!_members.TryGetValue(address, out var member) || member.Status == MemberStatus.Down)
            return;

        var notSeen = new HashSet<Address>(_settings.Servers.Where(IsNotSeen));
        if (!_settings.MayDown(notSeen))
        {
            _log.Warning("{0} is not taken out although {1}: no majority of the configured servers is seen", address, why);
            return;
        }

        _log.Warning("{0} is taken out of the cluster: {1}", address, why);
        _cluster.Down(address);

        // What is down leaves the cluster when it is unreachable, too. The failure detector would take more than a second to say so
        // of a process that is gone; the quarantine of this incarnation says it at once.
        if (_gone.Contains(address))
            _remoting.Quarantine(address, member.UniqueAddress.Uid);
    }

    private bool IsNotSeen(Address server) =>
        !server.Equals(_cluster.SelfAddress)
        && (IsDown(server)
            ? !_waiting.Contains(server)
            : !_members.ContainsKey(server) || _unreachable.Contains(server) || _gone.Contains(server));

    private bool IsDown(Address address) => _members.TryGetValue(address, out var member) && member.Status == MemberStatus.Down;

    private sealed record Probed(Address Address, bool IsGone);

    private sealed record Answered(Address Address, bool Answers);

    private sealed record ProbeAgain(Address Address);

    private sealed record WaitedEnough(Address Address);
}
