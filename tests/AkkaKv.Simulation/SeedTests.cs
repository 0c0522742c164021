using System.Collections.Concurrent;
using System.Diagnostics;
using AkkaKv.Simulation.World;

namespace AkkaKv.Simulation;

/// <summary>Thousands of schedules in which everything goes wrong that may, and nothing is lost, stale or done twice.</summary>
public sealed class SeedTests
{
    private const int ScheduleCount = 2_000;
    private const int ScheduleCountOfFive = 300;

    /// <summary>Seeds that once found something, with what that was, at a time when there were no faults inside of work on files.</summary>
    public static TheoryData<ulong, string> FoundOnce => new()
    {
        { 351, "a store was set aside while the disk had no room for a new one" },
        { 2774, "a snapshot was put in force while the disk still had other entries in its place, with option R" },
        { 49217, "an answer to a question of an earlier run of the server was taken for one to a later read" },
    };

    /// <summary>The same, with those faults.</summary>
    public static TheoryData<ulong, string> FoundSince => new()
    {
        { 395, "a copy from before the loss of a disk was put back, and nobody told its server that it counts for nothing" },
        { 6156, "an older copy forgot a promise, and waited for heartbeats of an epoch that it did not know" },
        { 26388, "entries of an older epoch were fetched from a follower and given to another one as the leader's own" },
    };

    [Fact]
    public void Every_schedule_keeps_its_promises()
    {
        var failures = new ConcurrentQueue<string>();
        Schedules.RunMany(1, ScheduleCount, threads: 2, steps: null, () => failures.IsEmpty, (seed, _, failure) =>
        {
            if (failure is not null) failures.Enqueue(Schedules.Describe(seed, failure));
        });

        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Fact]
    public void Every_schedule_of_five_servers_keeps_its_promises()
    {
        var failures = new ConcurrentQueue<string>();
        Schedules.RunMany(
            500_001, ScheduleCountOfFive, threads: 2, steps: null, () => failures.IsEmpty, (seed, _, failure) =>
            {
                if (failure is not null) failures.Enqueue(Schedules.Describe(seed, failure, servers: 5));
            },
            servers: 5);

        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Theory]
    [MemberData(nameof(FoundOnce))]
    public void A_seed_that_once_found_something_finds_nothing(ulong seed, string what) => Replay(seed, what, Faults.OfFiles);

    [Theory]
    [MemberData(nameof(FoundSince))]
    public void A_seed_that_found_something_with_faults_of_files_finds_nothing(ulong seed, string what) => Replay(seed, what, Faults.None);

    [Theory]
    [InlineData(3)]
    [InlineData(1_000_003)]
    public void The_same_seed_gives_the_same_run(ulong seed)
    {
        var first = Schedules.Create(seed);
        var second = Schedules.Create(seed, keepsLines: true);
        Schedules.Run(first);
        Schedules.Run(second);

        Assert.Equal(first.Trace.Hash, second.Trace.Hash);
        Assert.Equal(first.Timeline.Steps, second.Timeline.Steps);
        Assert.NotEmpty(second.Trace.Lines);
    }

    /// <summary>Hash codes of strings differ from process to process, and with them whatever order depends on one.</summary>
    [Fact]
    public void The_same_seed_gives_the_same_run_in_another_process()
    {
        var here = Schedules.Create(3);
        Schedules.Run(here);

        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var command = new ProcessStartInfo(host, [typeof(SeedTests).Assembly.Location, "--seed", "3"]) { RedirectStandardOutput = true };
        using var there = Process.Start(command)!;
        var told = there.StandardOutput.ReadToEnd();
        there.WaitForExit();

        Assert.Contains($"{here.Timeline.Steps} steps", told, StringComparison.Ordinal);
        Assert.Contains($"hash {here.Trace.Hash:x16}", told, StringComparison.Ordinal);
    }

    private static void Replay(ulong seed, string what, Faults without)
    {
        var failure = Schedules.Run(Schedules.Create(seed, without: without));

        Assert.True(failure is null, failure is null ? what : Schedules.Describe(seed, failure, without: without));
    }
}
