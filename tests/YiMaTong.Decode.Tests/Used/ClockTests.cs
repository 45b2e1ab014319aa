using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Decode.Engine;

namespace YiMaTong.Decode.Tests.Used;

/// <summary>
/// Clocks that are set while a node runs. Times are seconds from the node's start; 600 s is the longest memory.
/// </summary>
public sealed class ClockTests
{
    private const double Memory = 600;
    private const double Year = 31_536_000;

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 3_600)]
    [InlineData(false, 3_600)]
    public void Decode_ExpiredCodeAndTheClockSetBack_IsNotHonoured(bool singleUse, double passed)
    {
        using var node = new SteppedNode(singleUse);
        node.Pass(600);
        Assert.Equal("PY2008", node.Scan(0, "s-1"));
        node.Pass(passed);

        node.Clock = 0;

        Assert.Equal("PY2018", node.Scan(0, "s-2"));
        Assert.Equal("PY2008", node.Scan(-600, "s-3"));
    }

    [Fact]
    public void Decode_ConsentThatEndedAndTheClockSetBack_IsNotUsed()
    {
        using var node = new SteppedNode();
        node.Node.Change(r => World.Subject(r, s => s.ConsentUntil = node.Node.Now + 10));
        node.Pass(40);
        Assert.Equal("PY2016", node.Scan(40, "s-1"));

        node.Clock = 1;

        Assert.Equal("PY2018", node.Scan(1, "s-2"));
    }

    [Fact]
    public void Requests_TooOldAndTheClockSetBack_AreNotAnswered()
    {
        using var node = new SteppedNode();
        var (request, session) = (node.Request(0), node.Session(0));
        node.Pass(301);
        Assert.Equal("PY2003", StandardDecodeTests.Answer(node.Node, request).Code);
        Assert.Equal("PY2003", SessionTests.Open(node.Node, session).Code);

        node.Clock = 0;

        Assert.Equal("PY2003", StandardDecodeTests.Answer(node.Node, request).Code);
        Assert.Equal("PY2003", SessionTests.Open(node.Node, session).Code);
        Assert.Equal("PY0000", SessionTests.Open(node.Node, node.Session(2)).Code);
    }

    // The node started with a wrong clock, or it was set wrong for a while; nobody scans when it is mended.
    [Theory]
    [InlineData(600)]
    [InlineData(10 * Year)]
    public void Decode_ClockThatWasAheadIsMended_IsBelievedAfterTheLongestMemory(double ahead)
    {
        using var node = new SteppedNode();
        node.Clock = ahead;
        Assert.Equal("PY0000", node.Scan(ahead, "s-1"));
        Assert.Equal("PY0000", SessionTests.Open(node.Node, node.Session(ahead)).Code);

        node.Clock = 1;
        node.Pass(Memory);
        Assert.Equal("PY2018", node.Scan(Memory, "s-2"));
        node.Pass(11);

        Assert.Equal("PY0000", node.Scan(Memory + 11, "s-3"));
        Assert.Equal("PY0000", SessionTests.Open(node.Node, node.Session(Memory + 11)).Code);
        Assert.Equal(["ClockSetBack", "ClockBelieved"], Events(node));
    }

    [Fact]
    public void Decode_ClockSetBackInSeveralSteps_IsDoubtedAWholeMemoryAfterEach()
    {
        using var node = new SteppedNode();
        node.Pass(600);
        node.Clock = 598;
        Assert.Equal("PY0000", node.Scan(598, "s-1"));
        node.Pass(Memory - 20);
        node.Clock = 0;
        Assert.Equal("PY2018", node.Scan(0, "s-2"));

        node.Pass(Memory - 20);
        Assert.Equal("PY2018", node.Scan(Memory - 20, "s-3"));
        node.Pass(41);
        Assert.Equal("PY0000", node.Scan(Memory + 21, "s-4"));
    }

    // Codes keep coming by the clock that was right: what is old by it stays old for as long as they do.
    [Fact]
    public void Decode_ClockSetBackWrongly_IsDoubtedForAsLongAsFreshCodesContradictIt()
    {
        using var node = new SteppedNode();
        node.Pass(600);
        node.Clock = 0;
        for (var time = 600.0; time < 600 + (5 * Memory); time += 300)
        {
            Assert.Equal("PY2018", node.Scan(time, $"fresh-{time}"));
            Assert.Equal("PY2018", node.Scan(time - 600, $"old-{time}"));
            node.Pass(300);
        }

        node.Pass(Memory);
        Assert.Equal("PY0000", node.Scan(node.Clock, "believed"));
    }

    // A kept code of the wrong time does not keep the doubt alive once its life is over by that time too.
    [Fact]
    public void Decode_CodeFromTheTimeThatWasWrong_KeepsNoDoubtAlive()
    {
        using var node = new SteppedNode();
        node.Clock = Year;
        Assert.Equal("PY0000", node.Scan(Year, "s-1"));
        node.Clock = 0;
        for (var i = 0; i < 70; i++)
        {
            _ = node.Scan(Year, $"kept-{i}");
            node.Pass(10);
        }

        Assert.Equal("PY0000", node.Scan(700, "s-2"));
    }

    [Fact]
    public void Decode_ClockSetBackByLessThanASecond_ChangesNothing()
    {
        using var node = new SteppedNode();
        node.Pass(64.5);
        Assert.Equal("PY0000", node.Scan(0, "s-1"));
        node.Clock = 63.6;
        node.Pass(1.3);
        Assert.Equal("PY0000", node.Scan(0, "s-2"));
        Assert.Empty(Events(node));
    }

    // What a table forgot counts as used for good, also when the clock that was set back is believed again.
    [Fact]
    public void Decode_ForgottenUseAndABelievedClock_CannotTell()
    {
        using var node = new SteppedNode();
        var (code, request) = (node.Code(0), node.Request(0));
        Assert.Equal("PY0000", node.Node.Scan(code, "s-1").Code.Code);
        Assert.Equal("PY0000", StandardDecodeTests.Answer(node.Node, request).Code);
        node.Pass(4 * Memory);
        Assert.Equal("PY0000", node.Scan(4 * Memory, "s-2"));
        Assert.Equal("PY0000", StandardDecodeTests.Answer(node.Node, node.Request(4 * Memory)).Code);

        node.Clock = -Memory - 10;
        node.Pass(Memory + 11);

        Assert.Equal(["ClockSetBack", "ClockBelieved"], Events(node));
        Assert.Equal("PY2018", node.Node.Scan(code, "s-3", "gate-02").Code.Code);
        Assert.Equal("PY2003", StandardDecodeTests.Answer(node.Node, request).Code);
    }

    [Fact]
    public void Now_ThreadHeldBetweenItsTwoClocks_SeesNoStep()
    {
        var time = new HeldTime();
        using var logs = new RecordingLogs();
        using var clock = new NodeClock(
            Options.Create(new DecodeOptions()), time, new Logger<NodeClock>(logs));
        time.Hold = TimeSpan.FromSeconds(30);

        var now = clock.Now();

        Assert.Equal((now.UtcMs, now.LatestMs), (time.GetUtcNow().ToUnixTimeMilliseconds(), now.UtcMs));
        Assert.Empty(logs.Entries);
    }

    private static IEnumerable<string> Events(SteppedNode node) =>
        node.Node.Logs.Entries.Select(entry => entry.Event)
            .Where(name => name.StartsWith("Clock", StringComparison.Ordinal));

    /// <summary>Time goes on between a look at the clock and one at the timestamp, once.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private readonly FakeTimeProvider _inner = new(Node.Start);

        public TimeSpan Hold { get; set; }

        public override long TimestampFrequency => _inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow()
        {
            var now = _inner.GetUtcNow();
            _inner.Advance(Hold);
            Hold = default;
            return now;
        }

        public override long GetTimestamp() => _inner.GetTimestamp();
    }
}
