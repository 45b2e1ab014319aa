using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using YiMaTong.Hosting.Direct;

namespace YiMaTong.Hosting.Tests;

/// <summary>Sending of answers that are given directly.</summary>
public sealed class DirectAnswerTests
{
    [Fact]
    public void SendAsync_HeadersThatGoAtOnce_IsDoneAndAllocatesNothing()
    {
        const int Calls = 1_000;
        var (body, puts) = (new Body(Task.CompletedTask), new int[1]);
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(body);
        Assert.Same(Task.CompletedTask, DirectAnswer.SendAsync(context.Response, new Answer(puts)));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
        {
            _ = DirectAnswer.SendAsync(context.Response, new Answer(puts));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Calls + 1, puts[0]);
    }

    [Fact]
    public async Task SendAsync_HeadersThatTakeTime_PutsTheAnswerBehindThem()
    {
        var headers = new TaskCompletionSource();
        var puts = new int[1];
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new Body(headers.Task));

        var sending = DirectAnswer.SendAsync(context.Response, new Answer(puts));
        Assert.False(sending.IsCompleted);
        Assert.Equal(0, puts[0]);

        headers.SetResult();
        await sending;
        Assert.Equal(1, puts[0]);
    }

    [Fact]
    public void TryPeek_ConnectionAtFault_ShowsNothing()
    {
        var pipe = new Pipe();
        pipe.Writer.Complete(new IOException("reset"));
        Assert.False(DirectAnswer.TryPeek(pipe.Reader, out var body));
        Assert.True(body.IsEmpty);
    }

    private readonly struct Answer(int[] puts) : IDirectAnswer
    {
        public void Put(HttpResponse response) => puts[0]++;
    }

    private sealed class Body(Task headers) : IHttpResponseBodyFeature
    {
        public Stream Stream => Stream.Null;

        public PipeWriter Writer => throw new NotSupportedException();

#pragma warning disable VSTHRD003 // The test's own task, which stands for the server's.
        public Task StartAsync(CancellationToken cancellationToken = default) => headers;
#pragma warning restore VSTHRD003

        public Task CompleteAsync() => throw new NotSupportedException();

        public void DisableBuffering() => throw new NotSupportedException();

        public Task SendFileAsync(
            string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
