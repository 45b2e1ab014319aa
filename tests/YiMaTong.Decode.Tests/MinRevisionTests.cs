using Google.Protobuf;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Sessions;

namespace YiMaTong.Decode.Tests;

/// <summary>Who may wait for a revision, and who is woken.</summary>
public sealed class MinRevisionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decode_NoSession_IsRefusedWithoutAWait()
    {
        using var node = Node.Ready();
        var request = new DecodeRequest
        {
            Session = ByteString.CopyFrom(new byte[SessionToken.Size]),
            Qrcode = node.Mint(),
            MinRevision = 11,
        };
        var call = node.Get<DecodeGrpcService>().AnswerOneLater(GateWire.Read(request), CancellationToken.None);

        Assert.True(call.IsCompleted);
        Assert.Equal("PY1002", GateWire.Answer(await call).Code);
    }

    [Fact]
    public async Task WaitFor_RevisionThatComes_WakesThoseWhomItServes()
    {
        using var node = Node.Ready();
        var second = node.Status.WaitFor(12, Limit, Cancellation);
        var first = node.Status.WaitFor(11, Limit, Cancellation);
        var alike = node.Status.WaitFor(11, Limit, Cancellation);
        node.Change(r => World.Device(r));

        Assert.True(await first.WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
        Assert.True(await alike.WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
        Assert.False(second.IsCompleted);
        node.Change(r => World.Device(r));
        Assert.True(await second.WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
    }

    [Fact]
    public async Task WaitFor_TooManyWait_TheNextDoesNot()
    {
        using var node = Node.Ready();
        var waits = Enumerable.Range(0, 4_096).Select(_ => node.Status.WaitFor(99, Limit, Cancellation)).ToArray();
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));
        var next = node.Status.WaitFor(99, Limit, Cancellation);
        Assert.True(next.IsCompleted);
        Assert.False(await next);

        node.Time.Advance(Limit);
        Assert.All(await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(20), Cancellation), Assert.False);
        Assert.False(node.Status.WaitFor(99, Limit, Cancellation).IsCompleted);
    }
}
