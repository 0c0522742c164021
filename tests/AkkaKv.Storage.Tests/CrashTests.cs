using AkkaKv.SimulatedStorage;

namespace AkkaKv.Storage.Tests;

/// <summary>Every call to the file system is made the last one, or made to fail, and the store is opened again.</summary>
public sealed class CrashTests
{
    private const int Steps = 25;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

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
        var calls = CountCalls((ulong)seed);
        for (var first = calls / 3; first <= calls; first += 7)
        {
            for (var second = 1; second <= 30; second++)
            {
                var disk = new SimulatedFileSystem((ulong)(seed * 1000) + (ulong)first);
                var work = new Workload(disk, (ulong)seed);
                disk.Inject = operation => operation.Number == first ? new FileFault(FaultKind.CrashBefore) : default;
                Interrupted(() => work.Run(Steps));
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

    private static void AtEveryCall(int seed, FileFault fault, PowerLoss? loss)
    {
        var calls = CountCalls((ulong)seed);
        for (var call = 1L; call <= calls; call++)
        {
            var disk = new SimulatedFileSystem((ulong)(seed * 1000) + (ulong)call);
            var work = new Workload(disk, (ulong)seed);
            disk.Inject = operation => operation.Number == call ? fault : default;
            Interrupted(() => work.Run(Steps));
            disk.Inject = null;
            if (loss is null) disk.Kill();
            else disk.LosePower(loss.Value);
            work.Check($"seed {seed}, {fault} at call {call}, {loss}");
            work.Run(steps: 5);
        }
    }

    private static long CountCalls(ulong seed)
    {
        var disk = new SimulatedFileSystem(seed);
        new Workload(disk, seed).Run(Steps);
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
