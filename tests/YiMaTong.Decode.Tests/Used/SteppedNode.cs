using Microsoft.Extensions.Time.Testing;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Engine;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>A node with the small city whose clock can be set while time goes on.</summary>
internal sealed class SteppedNode : IDisposable
{
    private readonly FakeTimeProvider _steady = new(Tests.Node.Start);
    private readonly SteppedTime _clock;

    public SteppedNode(
        bool singleUse = true, Action<DecodeOptions>? configure = null, SharedOptions? shared = null)
    {
        _clock = new(_steady);
        Node = new(configure, time: _clock, shared: shared);
        Node.Load(World.All());
        Node.Change(r => World.Scene(r, s => s.SingleUse = singleUse));
        _ = Node.Get<NodeClock>();
    }

    public Node Node { get; }

    /// <summary>What the node's clock shows, in seconds from the start.</summary>
    public double Clock
    {
        get => (_clock.GetUtcNow() - Tests.Node.Start).TotalSeconds;
        set => _clock.Set(Tests.Node.Start.AddSeconds(value));
    }

    /// <summary>Lets time go on; the clock goes with it.</summary>
    public void Pass(double seconds)
    {
        // Timers see the time at the end of an advance.
        const double Step = 10;
        for (; seconds > Step; seconds -= Step)
        {
            _steady.Advance(TimeSpan.FromSeconds(Step));
        }

        _steady.Advance(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>A code of a moment, in seconds from the start.</summary>
    public string Code(double madeAt, int life = 60) => Node.Mint((uint)(Node.Now + madeAt), life: life);

    /// <summary>The answer to a scan of such a code.</summary>
    public string Scan(double madeAt, string scanId, int life = 60) => Node.Scan(Code(madeAt, life), scanId).Code.Code;

    /// <summary>A request of B.4 that is signed at a moment, in seconds from the start.</summary>
    public DecodeQrcodeRequest Request(double signedAt) =>
        StandardDecodeTests.Signed(Tests.Node.Start.AddSeconds(signedAt), Code(signedAt));

    /// <summary>A request for a session, likewise.</summary>
    public OpenSessionRequest Session(double signedAt) => SessionTests.Signed(Node, (int)signedAt);

    public void Dispose() => Node.Dispose();
}
