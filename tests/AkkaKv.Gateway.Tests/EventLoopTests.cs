using System.Net.Sockets;
using AkkaKv.Gateway.Polling;

namespace AkkaKv.Gateway.Tests;

public sealed class EventLoopTests
{
    [Fact]
    public void Whatever_is_posted_is_seen_and_only_on_the_loops_thread()
    {
        const int Posters = 4;
        const int Posts = 50_000;
        using var loop = new EventLoop("test");
        var members = Enumerable.Range(0, 16).Select(_ => new Probe(loop)).ToArray();
        var posters = Enumerable.Range(0, Posters).Select(poster => new Thread(() =>
        {
            for (var i = 0; i < Posts; i++)
            {
                var member = members[(i + poster) % members.Length];
                Interlocked.Increment(ref member.Posted);
                member.Post(1 << poster);
            }
        })).ToList();
        posters.ForEach(poster => poster.Start());
        posters.ForEach(poster => poster.Join());

        // Each one's last post is seen after it: then there is nothing posted that was not seen.
        foreach (var member in members)
        {
            var all = Posters * Posts / members.Length;
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref member.SeenPosted) == all, RawClient.Patience));
            Assert.Equal((1 << Posters) - 1, member.Seen);
            Assert.True(member.IsSingleThreaded);
        }
    }

    [Fact]
    public void Readiness_is_told_until_it_is_used_up_and_never_to_a_successor()
    {
        using var loop = new EventLoop("test");
        using var pair = new SocketPair();
        var first = new Probe(loop, pair.Here);
        first.Post(Probe.Join);
        pair.There.Send([1]);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref first.Ready) > 3, RawClient.Patience));

        first.Post(Probe.Forget);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref first.HasLeft), RawClient.Patience));
        var heard = Volatile.Read(ref first.Ready);
        using var other = new SocketPair();
        var second = new Probe(loop, other.Here);
        second.Post(Probe.Join);
        other.There.Send([1]);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref second.Ready) > 3, RawClient.Patience));
        Assert.Equal(heard, Volatile.Read(ref first.Ready));
        Assert.Equal((uint)first.Key, (uint)second.Key);
        Assert.NotEqual(first.Key, second.Key);
        second.Post(Probe.Forget);
    }

    [Fact]
    public void A_member_that_throws_hears_of_it_and_the_others_go_on()
    {
        using var loop = new EventLoop("test");
        var thrower = new Probe(loop);
        var other = new Probe(loop);
        thrower.Post(Probe.Throw);
        other.Post(1);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref thrower.Failure) is not null, RawClient.Patience));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref other.Seen) == 1, RawClient.Patience));
    }

    [Fact]
    public void Times_come_in_their_order_and_turns_come_at_once()
    {
        using var loop = new EventLoop("test");
        var member = new Probe(loop);
        member.Post(Probe.AskForTimes);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref member.Times) == 2, RawClient.Patience));
        Assert.Equal(1, Volatile.Read(ref member.Turns));
    }

    [Fact]
    public void New_members_go_where_the_fewest_are()
    {
        var loops = new EventLoops(3);
        var chosen = new List<EventLoop>();
        for (var i = 0; i < 9; i++)
        {
            chosen.Add(loops.Idlest());
            chosen[^1].Expect();
        }

        Assert.All(chosen.GroupBy(loop => loop), group => Assert.Equal(3, group.Count()));
        chosen[4].Leave();
        Assert.Same(chosen[4], loops.Idlest());
        foreach (var loop in chosen)
            loop.Leave();
        loops.Stop();
    }

    [Fact]
    public void A_post_to_a_loop_that_has_ended_harms_nobody()
    {
        var loop = new EventLoop("test");
        var member = new Probe(loop);
        loop.Dispose();
        for (var i = 0; i < 1000; i++)
            member.Post(1);
        loop.Dispose();
    }

    private sealed class Probe(EventLoop loop, Socket? socket = null) : LoopMember(loop)
    {
        public const int Join = 1 << 20;
        public const int Forget = 1 << 21;
        public const int Throw = 1 << 22;
        public const int AskForTimes = 1 << 23;

        public int Posted;
        public int SeenPosted;
        public int Seen;
        public int Ready;
        public int Times;
        public int Turns;
        public bool HasLeft;
        public Exception? Failure;
        private Thread? _thread;

        public bool IsSingleThreaded { get; private set; } = true;

        private int Descriptor => (int)socket!.SafeHandle.DangerousGetHandle();

        public override void OnSignals(int signals)
        {
            _thread ??= Thread.CurrentThread;
            IsSingleThreaded &= _thread == Thread.CurrentThread;
            Volatile.Write(ref Seen, Seen | signals);
            Volatile.Write(ref SeenPosted, Volatile.Read(ref Posted));
            if (signals == Join)
                Loop.Join(this, Descriptor, LibC.In);
            if (signals == Throw)
                throw new InvalidOperationException("on purpose");
            if (signals == AskForTimes)
            {
                Loop.CallAt(this, Loop.Now + 30);
                Loop.CallAt(this, Loop.Now + 10);
                Loop.CallAgain(this);
            }

            if (signals != Forget)
                return;
            Loop.Forget(this, Descriptor);
            Volatile.Write(ref HasLeft, true);
        }

        public override void OnReady(int ready) => Volatile.Write(ref Ready, Ready + 1);

        public override void OnTime() => Volatile.Write(ref Times, Times + 1);

        public override void OnTurn() => Volatile.Write(ref Turns, Turns + 1);

        public override void OnFailure(Exception failure) => Volatile.Write(ref Failure, failure);
    }

    /// <summary>Two ends of one connection.</summary>
    private sealed class SocketPair : IDisposable
    {
        public SocketPair()
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
            listener.Listen();
            There.Connect(listener.LocalEndPoint!);
            Here = listener.Accept();
        }

        public Socket There { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public Socket Here { get; }

        public void Dispose()
        {
            There.Dispose();
            Here.Dispose();
        }
    }
}
