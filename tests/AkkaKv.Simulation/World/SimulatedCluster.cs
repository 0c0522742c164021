using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.SimulatedStorage;
using AkkaKv.Simulation.Checks;
using AkkaKv.Simulation.Linearizability;
using AkkaKv.Storage;

namespace AkkaKv.Simulation.World;

/// <summary>
/// A whole cluster, its machines, its network, its clients and what befalls them, made from a seed and on one thread: the same seed
/// gives the same run, event by event, in every process.
/// </summary>
internal sealed class SimulatedCluster
{
    private readonly Prng _random;
    private readonly Nemesis _nemesis;
    private readonly FileNemesis _fileNemesis;
    private readonly Oracle _oracle;
    private readonly SimulatedClient[] _clients;
    private readonly List<Operation> _history = [];
    private readonly Lie _lie;
    private long _moment;

    /// <param name="seed">Decides everything.</param>
    /// <param name="lie">What is broken on purpose; nothing by default.</param>
    /// <param name="keepsLines">Keeps lines of the trace for people.</param>
    /// <param name="change">Changes the plan that the seed drew.</param>
    public SimulatedCluster(ulong seed, Lie? lie = null, bool keepsLines = false, Func<Plan, Plan>? change = null)
    {
        _random = new Prng(seed);
        _lie = lie ?? Lie.None;
        var files = new Prng(~seed);
        Plan = Plan.Draw(_random.Fork());
        Plan = Plan with { Faults = Plan.Faults | ((Faults)files.NextBits() & Faults.OfFiles) };
        Plan = _lie.Change(Plan);
        if (change is not null) Plan = change(Plan);
        Timeline = new Timeline();
        Trace = new Trace(Timeline, keepsLines);
        Network = new SimulatedNetwork(this, Plan, _random.Fork()) { Tamper = _lie.Tamper?.Invoke() };
        Checks = new ClusterChecks(this);
        Keys = new KeySpace(Plan.Keys, Checks.Reference);
        Servers = new SimulatedServer[Plan.Servers];
        for (byte slot = 0; slot < Servers.Length; slot++) Servers[slot] = new SimulatedServer(this, new ReplicaId(slot), _random.Fork());
        _clients = new SimulatedClient[Plan.Servers * Plan.ClientsPerServer];
        for (var i = 0; i < _clients.Length; i++) _clients[i] = new SimulatedClient(this, i, i % Plan.Servers, _random.Fork());
        _nemesis = new Nemesis(this, _random.Fork());
        _oracle = new Oracle(this, _random.Fork());
        _fileNemesis = new FileNemesis(this, files);
    }

    public Plan Plan { get; }

    public Timeline Timeline { get; }

    public Trace Trace { get; }

    public SimulatedNetwork Network { get; }

    public ClusterChecks Checks { get; }

    public KeySpace Keys { get; }

    public SimulatedServer[] Servers { get; }

    /// <summary>What each store had promised before each of its promises. No server knows that of another one; a liar does.</summary>
    public Dictionary<(StoreId Store, Epoch Promised), Epoch> PromisedBefore { get; } = [];

    /// <summary>Nothing goes wrong any more.</summary>
    public bool IsHealed { get; private set; }

    public bool ClientsStop { get; private set; }

    public int Operations => _history.Count;

    public int FaultCount => _nemesis.Count + _fileNemesis.Count;

    /// <summary>Deaths in the middle of work on files, by <see cref="FileWork"/>.</summary>
    public int[] Crashes { get; } = new int[Enum.GetValues<FileWork>().Length];

    /// <summary>Older copies of its files that were put back under a server.</summary>
    public int CopiesPutBack { get; set; }

    /// <summary>How many of them the leader noticed, so that the server ended itself; the others caught up.</summary>
    public int CopiesNoticed { get; set; }

    /// <summary>From when nothing went wrong any more to when every client had two answers.</summary>
    public double MillisecondsToAnswers { get; private set; }

    /// <summary>Snapshots that replicas took of themselves.</summary>
    public int Snapshots { get; set; }

    /// <summary>Runs the plan: faults, then peace, then the checks of the end.</summary>
    /// <exception cref="SafetyViolationException">A checker found something.</exception>
    /// <exception cref="InvariantException">The product found something itself.</exception>
    public void Run()
    {
        Start();
        while (Timeline.Steps < Plan.Steps && Timeline.Step())
        {
        }

        Heal();
        var healed = Timeline.Now;
        RunUntil(() => Array.TrueForAll(_clients, static client => client.AnswersSinceHeal >= 2), "every client gets answers");
        MillisecondsToAnswers = (Timeline.Now - healed) / 1e6;
        ClientsStop = true;
        RunUntil(() => Array.TrueForAll(_clients, static client => client.IsIdle), "every request is answered");
        Finish();
    }

    /// <summary>Nothing goes wrong any more, and somebody leads.</summary>
    public void Heal()
    {
        IsHealed = Network.IsHealed = true;
        Network.Mend();
        Trace.Say("everything is healed");
        foreach (var server in Servers) server.Heal();
        if (Plan.IsScripted)
        {
            foreach (var server in Servers) server.Start();
            _oracle.Begin();
        }

        _oracle.Settle();
    }

    /// <summary>Nobody asks for anything any more: all replicas become the same, and the history is what a single map could tell.</summary>
    public void Finish()
    {
        RunUntil(IsQuiet, "all replicas have applied everything");
        CheckEnd();
    }

    /// <summary>Lets events happen until something is so.</summary>
    public void RunUntil(Func<bool> holds, string what, double millisecondsMax = 60_000)
    {
        var deadline = Timeline.Now + Timeline.Milliseconds(millisecondsMax);
        while (!holds())
        {
            if (Timeline.Now > deadline || !Timeline.Step())
                throw new SafetyViolationException($"liveness: it was not so within a minute of peace that {what}");
        }
    }

    /// <summary>Starts the servers and the clients, and whatever goes wrong.</summary>
    public void Start()
    {
        foreach (var server in Servers) server.Start();
        if (Plan.IsScripted) return;
        if (Plan.Has(Faults.ClockRate))
            foreach (var server in Servers) server.Clock.SetRate(Plan.DrawRate(_random));
        _oracle.Begin();
        foreach (var client in _clients) client.Begin();
        _nemesis.Begin();
        _fileNemesis.Begin();
    }

    public void OnDied(SimulatedServer server)
    {
        foreach (var client in _clients) client.OnServerDied(server);
        if (Plan.IsScripted && !IsHealed) return;
        Timeline.After(Timeline.Milliseconds(5 + _random.Next(_random.Chance(0.3) ? 3_000 : 200)), server.Start);
    }

    /// <summary>A message is about to leave: liars learn from it.</summary>
    public void OnSent(ReplicaId from, Outgoing sent) =>
        Trace.Add(8, (from.Slot * 16) + sent.To.Slot, (long)sent.Message.Epoch.Round,
            sent.Message is Message.Replicate r ? r.Entries.Length : -1);

    /// <summary>At most a minority of disks may be gone at a time, and only once there is something to lose.</summary>
    public bool MayLoseDisk(SimulatedServer server)
    {
        if (server.Durable?.Mode != StoreMode.Voter || server.IsDamaged) return false;
        var gone = Servers.Count(static other => other.Durable?.Mode != StoreMode.Voter || other.IsDamaged || other.Lost is not null);
        return gone < (Servers.Length - 1) / 2;
    }

    /// <summary>
    /// Whether nothing rests on what this server forgets when an older copy of its files is put back: so many others have its log and have
    /// promised as much that every majority has one of them, as with a disk that is lost.
    /// </summary>
    public bool MayGoBack(SimulatedServer server)
    {
        if (_lie.IgnoresReliance) return server.HasVoterOnDisk;
        if (!MayLoseDisk(server) || server.Lost is not null) return false;
        var forgotten = server.Durable!;
        var others = Servers.Count(other =>
            other != server && other.HasVoterOnDisk
            && forgotten.Promised <= other.Durable!.Promised && other.Durable.Holds(forgotten.Last));
        return others * 2 > Servers.Length;
    }

    /// <summary>Moments of calls and answers: a clock that never stands still.</summary>
    public long NextMoment() => ++_moment;

    public ulong NextNonce() => _lie.Nonce ?? _random.NextBits();

    public ProtocolRules RulesFor(Instant start) => _lie.Rules(this, start);

    public IFileSystem DiskFor(SimulatedFileSystem disk) => _lie.Disk(disk);

    public void Keep(Operation operation) => _history.Add(operation);

    public ReplicationSettings SettingsOf(ReplicaId id) => new()
    {
        Self = id,
        ReplicaCount = Plan.Servers,
        Configuration = 1,
        CountReceived = Plan.CountReceived,
        Reads = Plan.ReadMode,
        LogTailBytes = Plan.LogTailBytesKept,
        MessageBytes = Plan.MessageBytes,
        SnapshotChunkBytes = Plan.SnapshotChunkBytes,
        OverlapBytes = Plan.OverlapBytes,
        RequestTimeout = TimeSpan.FromSeconds(2),
        ReadmitAfter = TimeSpan.FromMilliseconds(500),
    };

    private bool IsQuiet()
    {
        var visible = Checks.Visible;
        foreach (var server in Servers)
        {
            if (server.Replica is not { } replica || replica.State.Applied != visible || server.Durable!.Last != visible) return false;
        }

        return true;
    }

    private void CheckEnd()
    {
        foreach (var server in Servers)
        {
            if (ReferenceState.Difference(server.Replica!.State, Checks.Reference.State!) is { } difference)
                throw new SafetyViolationException($"I5: {server.Id} and the visible log disagree: {difference}");
        }

        foreach (var (key, verdict, operations) in Checker.CheckKeys(_history.Where(static operation => !KeySpace.Expires(operation.Key))))
        {
            if (verdict == Verdict.Illegal)
                throw new SafetyViolationException($"the history of {key} is not linearizable: {Story.Tell(operations)}");
            if (verdict == Verdict.Unknown)
                throw new SafetyViolationException($"the history of {key} is too concurrent to be checked: {operations.Count} operations");
        }
    }
}
