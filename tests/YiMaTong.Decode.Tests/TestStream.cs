using System.Threading.Channels;
using Grpc.Core;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Marshalling;

namespace YiMaTong.Decode.Tests;

/// <summary>The frames that a gate sends on a stream.</summary>
internal sealed class TestFrames : IAsyncStreamReader<GateCall>
{
    private readonly Channel<GateCall> _frames = Channel.CreateUnbounded<GateCall>();
    private int _taken;

    public GateCall Current { get; private set; } = null!;

    public int Taken => Volatile.Read(ref _taken);

    public void Add(GateCall frame) => Assert.True(_frames.Writer.TryWrite(frame));

    public void End() => _frames.Writer.Complete();

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await _frames.Reader.WaitToReadAsync(cancellationToken) || !_frames.Reader.TryRead(out var frame))
        {
            return false;
        }

        Current = frame;
        Interlocked.Increment(ref _taken);
        return true;
    }
}

/// <summary>The answers that a gate reads from a stream.</summary>
internal sealed class TestAnswers : IServerStreamWriter<GateCall>
{
    private readonly Channel<DecodeStreamResponse> _answers = Channel.CreateUnbounded<DecodeStreamResponse>();

    public WriteOptions? WriteOptions { get; set; }

    public async Task<DecodeStreamResponse> Next() =>
        await _answers.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    public Task WriteAsync(GateCall message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(GateCall message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Assert.True(_answers.Writer.TryWrite(DecodeStreamResponse.Parser.ParseFrom(message.Answer.Written)));
        return Task.CompletedTask;
    }
}
