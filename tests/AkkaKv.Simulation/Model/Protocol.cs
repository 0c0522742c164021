using System.Numerics;

namespace AkkaKv.Simulation.Model;

/// <summary>
/// The rules R1 to R8 and R10 to R12 for one register, as steps from state to state. <see cref="Try"/> checks whether a step can
/// happen before it changes anything.
/// </summary>
internal sealed partial class Protocol
{
    private readonly Bounds _bounds;
    private readonly Mutant _mutant;
    private readonly Step[] _steps;

    public Protocol(Bounds bounds)
    {
        bounds.Validate();
        _bounds = bounds;
        _mutant = bounds.Mutant;
        _steps = [.. AllSteps()];
    }

    /// <summary>Every step that could ever happen within the bounds.</summary>
    public ReadOnlySpan<Step> Steps => _steps;

    public Bounds Bounds => _bounds;

    public ModelState View(Span<byte> bytes) => new(bytes, _bounds.Replicas);

    /// <summary>All servers have just started, with empty logs. Their heartbeat ages are those of fresh processes.</summary>
    public byte[] Initial()
    {
        var bytes = new byte[ModelState.Size(_bounds)];
        if (!_bounds.Established) return bytes;
        foreach (var step in Establishing())
        {
            if (!Try(View(bytes), step)) throw new InvalidOperationException($"The first leader cannot be established: {step}.");
            Normalize(View(bytes));
        }

        return bytes;
    }

    /// <summary>The steps that make the first leader reign undisputed.</summary>
    public IEnumerable<Step> Establishing()
    {
        var owner = _bounds.Owners[0];
        yield return new Step(StepKind.Start, 1, owner);
        foreach (var replica in Others(owner)) yield return new Step(StepKind.Promise, 1, replica);
        yield return new Step(StepKind.Adopt, 1, owner, (1 << _bounds.Replicas) - 1);
        foreach (var replica in Others(owner)) yield return new Step(StepKind.Replicate, 1, replica, 1);
        if (_bounds.SyncsLate)
        {
            foreach (var replica in Others(owner)) yield return new Step(StepKind.Sync, 0, replica);
        }

        yield return new Step(StepKind.Commit, 1, owner, 1);
    }

    /// <summary>Takes a step if it can happen.</summary>
    /// <returns>Whether it could; if not, the state is as it was.</returns>
    public bool Try(ModelState state, Step step)
    {
        var (_, epoch, replica, argument) = step;
        return step.Kind switch
        {
            StepKind.Tick => Tick(state),
            StepKind.Start => Start(state, epoch, argument),
            StepKind.Promise => Promise(state, epoch, replica),
            StepKind.Adopt => Adopt(state, epoch, argument),
            StepKind.Write => Write(state, epoch),
            StepKind.Replicate => Replicate(state, epoch, replica, argument),
            StepKind.Sync => Sync(state, replica),
            StepKind.Commit => Commit(state, epoch, argument),
            StepKind.Beat => Beat(state, epoch),
            StepKind.Heartbeat => Heartbeat(state, epoch, replica, argument),
            StepKind.Grant => Grant(state, epoch, replica, argument),
            StepKind.Lease => Lease(state, epoch, replica, argument),
            StepKind.Received => Received(state, epoch, replica),
            StepKind.Revoke => Revoke(state, epoch, replica),
            StepKind.Revoked => Revoked(state, epoch, replica),
            StepKind.RevokeAnswer => RevokeAnswer(state, epoch, replica),
            StepKind.Readmit => Readmit(state, epoch, replica),
            StepKind.Read => Read(state, epoch),
            StepKind.Restart => Restart(state, replica),
            StepKind.Lose => Lose(state, replica),
            _ => Seed(state, epoch, replica),
        };
    }

    private IEnumerable<int> Others(int owner) => Enumerable.Range(0, _bounds.Replicas).Where(replica => replica != owner);

    private IEnumerable<Step> AllSteps()
    {
        if (_bounds.HasLeases) yield return new Step(StepKind.Tick);
        for (var replica = 0; replica < _bounds.Replicas; replica++)
        {
            if (_bounds.SyncsLate) yield return new Step(StepKind.Sync, 0, replica);
            if (_bounds.Restarts > 0) yield return new Step(StepKind.Restart, 0, replica);
            if (_bounds.Losses > 0) yield return new Step(StepKind.Lose, 0, replica);
        }

        for (var epoch = 1; epoch <= _bounds.Epochs; epoch++)
        {
            foreach (var step in StepsOfLeader(epoch)) yield return step;
            for (var replica = 0; replica < _bounds.Replicas; replica++)
            {
                foreach (var step in StepsWithReplica(epoch, replica)) yield return step;
            }
        }
    }

    private IEnumerable<Step> StepsOfLeader(int epoch)
    {
        var owner = _bounds.Owners[epoch - 1];
        yield return new Step(StepKind.Start, epoch, owner);
        for (var slot = 0; slot < _bounds.Replicas && _bounds.Losses > 0; slot++)
            yield return new Step(StepKind.Start, epoch, owner, slot + 1);
        for (var quorum = 1; quorum < 1 << _bounds.Replicas; quorum++)
        {
            if (BitOperations.PopCount((uint)quorum) >= _bounds.Majority && (quorum >> owner & 1) != 0)
                yield return new Step(StepKind.Adopt, epoch, owner, quorum);
        }

        if (_bounds.Writes > 0) yield return new Step(StepKind.Write, epoch, owner);
        for (var index = 1; index <= _bounds.Epochs + _bounds.Writes; index++) yield return new Step(StepKind.Commit, epoch, owner, index);
        if (_bounds.Heartbeats[epoch - 1] > 0) yield return new Step(StepKind.Beat, epoch, owner);
        if (_bounds.Reads > 0) yield return new Step(StepKind.Read, epoch, owner);
    }

    private IEnumerable<Step> StepsWithReplica(int epoch, int replica)
    {
        yield return new Step(StepKind.Promise, epoch, replica);
        for (var index = 1; index <= _bounds.Epochs + _bounds.Writes; index++)
            yield return new Step(StepKind.Replicate, epoch, replica, index);
        for (var sequence = 1; sequence <= _bounds.Heartbeats[epoch - 1]; sequence++)
        {
            yield return new Step(StepKind.Heartbeat, epoch, replica, sequence);
            yield return new Step(StepKind.Grant, epoch, replica, sequence);
            yield return new Step(StepKind.Lease, epoch, replica, sequence);
        }

        if (_bounds.CountReceived) yield return new Step(StepKind.Received, epoch, replica);
        if (_bounds.Losses > 0) yield return new Step(StepKind.Seed, epoch, replica);
        if (_bounds.Revokes == 0) yield break;
        yield return new Step(StepKind.Revoke, epoch, replica);
        yield return new Step(StepKind.Revoked, epoch, replica);
        yield return new Step(StepKind.RevokeAnswer, epoch, replica);
        yield return new Step(StepKind.Readmit, epoch, replica);
    }
}
