using AkkaKv.SimulatedStorage;

namespace AkkaKv.Storage.Tests;

/// <summary>Every call to the file system is made the last one, or made to fail, and the store is opened again.</summary>
public sealed class CrashTests
{
    /// <summary>From this seed on, entries are so large that a few steps fill a segment, and truncations reach over several.</summary>
    private const int FirstLargeSeed = 7;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 9)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void After_a_crash_at_any_call_the_store_is_what_was_durable(int seed)
    {
        foreach (var kind in new[] { FaultKind.CrashBefore, FaultKind.CrashAfter })
        {
            foreach (var loss in new PowerLoss?[] { null, PowerLoss.LosesAll, PowerLoss.KeepsAll, PowerLoss.KeepsSome })
                AtEveryCall(seed, new FileFault(kind), loss);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void After_any_failing_call_the_store_is_what_was_durable(int seed)
    {
        foreach (var error in new[] { SimulatedFileSystem.NoSpace, SimulatedFileSystem.IoError })
        {
            foreach (var kind in new[] { FaultKind.Error, FaultKind.ShortWrite })
            {
                foreach (var loss in new PowerLoss?[] { null, PowerLoss.LosesAll, PowerLoss.KeepsSome })
                    AtEveryCall(seed, new FileFault(kind, error), loss);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_second_crash_during_recovery_changes_nothing(int seed)
    {
        var calls = CountCalls(seed);
        for (var first = calls / 3; first <= calls; first += 7)
        {
            for (var second = 1; second <= 30; second++)
            {
                var disk = new SimulatedFileSystem((ulong)(seed * 1000) + (ulong)first);
                var work = Life(disk, seed);
                disk.Inject = operation => operation.Number == first ? new FileFault(FaultKind.CrashBefore) : default;
                Interrupted(() => work.Run(Steps(seed)));
                disk.LosePower(PowerLoss.KeepsSome);
                var start = disk.Operations;
                disk.Inject = operation => operation.Number == start + second ? new FileFault(FaultKind.CrashAfter) : default;
                Interrupted(() => Records.Open(disk).Dispose());
                disk.Inject = null;
                disk.LosePower(PowerLoss.KeepsSome);
                work.Check($"seed {seed}, crashes at {first} and {second}");
            }
        }
    }

    [Fact]
    public void A_name_that_a_killed_process_gave_is_durable_before_anything_is_built_on_it()
    {
        var disk = new SimulatedFileSystem();
        var isNamed = false;
        disk.Inject = operation =>
        {
            isNamed |= operation.Call == FileCall.Rename && operation.Name.StartsWith(FileNames.Identity, StringComparison.Ordinal);
            return isNamed && operation.Call == FileCall.SyncDirectory ? new FileFault(FaultKind.CrashBefore) : default;
        };
        Interrupted(() => Records.Open(disk).Dispose());
        disk.Inject = null;
        disk.Kill();

        using (var store = Records.Open(disk)) store.WriteAll(Records.Promise(1));
        disk.LosePower(PowerLoss.LosesAll);

        using var again = Records.Open(disk);
        Assert.Equal(Records.Epoch(1), again.Log.Promised);
    }

    private static void AtEveryCall(int seed, FileFault fault, PowerLoss? loss)
    {
        var calls = CountCalls(seed);
        for (var call = 1L; call <= calls; call++)
        {
            var disk = new SimulatedFileSystem((ulong)(seed * 1000) + (ulong)call);
            var work = Life(disk, seed);
            disk.Inject = operation => operation.Number == call ? fault : default;
            Interrupted(() => work.Run(Steps(seed)));
            disk.Inject = null;
            if (loss is null) disk.Kill();
            else disk.LosePower(loss.Value);
            work.Check($"seed {seed}, {fault} at call {call}, {loss}");
            work.Run(steps: 5);

            // What the process that died had not synced, names or bytes, is under what was made durable since.
            disk.LosePower(PowerLoss.LosesAll);
            work.Check($"seed {seed}, {fault} at call {call}, {loss}, loss of power after it");
        }
    }

    private static Workload Life(SimulatedFileSystem disk, int seed) => new(disk, (ulong)seed, seed < FirstLargeSeed ? 450 : 4_000);

    private static int Steps(int seed) => seed < FirstLargeSeed ? 25 : 12;

    private static long CountCalls(int seed)
    {
        var disk = new SimulatedFileSystem((ulong)seed);
        Life(disk, seed).Run(Steps(seed));
        return disk.Operations;
    }

    private static void Interrupted(Action work)
    {
        try
        {
            work();
        }
        catch (SimulatedCrashException)
        {
        }
        catch (StorageFailureException)
        {
        }
        catch (StoreRefusedException refused) when (refused.Message.Contains("is full", StringComparison.Ordinal))
        {
        }
        catch (DamagedDataException damaged) when (damaged.Message.Contains("cannot read it back", StringComparison.Ordinal))
        {
        }
    }
}
