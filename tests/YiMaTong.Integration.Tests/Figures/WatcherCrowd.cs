using Grpc.Net.Client;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Integration.Tests.Figures;

/// <summary>
/// Gates that watch issuing's trust, without what they do with it. They hold nothing at first, and so get a key set.
/// One caller waits at a time.
/// </summary>
internal sealed class WatcherCrowd : IAsyncDisposable
{
    // A gate has a connection of its own; more than 16 calls would wait for another one here.
    private const int PerConnection = 10;

    private readonly CancellationTokenSource _enough = new();
    private readonly GrpcChannel[] _channels;
    private readonly Task[] _running;
    private volatile Round _round;

    /// <summary>Starts them all.</summary>
    public WatcherCrowd(Uri issuing, int count)
    {
        _round = new Round(update => !update.KeySet.IsEmpty, count);
        _channels = [.. Enumerable.Range(0, (count + PerConnection - 1) / PerConnection).Select(_ => Open(issuing))];
        _running = [.. Enumerable.Range(0, count).Select(
            i => WatchAsync(new TrustService.TrustServiceClient(_channels[i / PerConnection])))];
    }

    /// <summary>Waits until each of them has the first key set.</summary>
    public Task SyncedAsync(TimeSpan limit) => WaitAsync(_round, limit);

    /// <summary>Waits until each of them got an update of a kind, from now on.</summary>
    public Task ReachAsync(Func<TrustUpdate, bool> isIt, TimeSpan limit)
    {
        _round = new Round(isIt, _running.Length);
        return WaitAsync(_round, limit);
    }

    private async Task WaitAsync(Round round, TimeSpan limit)
    {
        var ended = await Task.WhenAny([round.Reached, .. _running]).WaitAsync(limit);
        Assert.True(ended == round.Reached, $"a watcher's stream ended: {ended.Exception}");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _enough.Dispose();
        Array.ForEach(_channels, channel => channel.Dispose());
    }

    private static GrpcChannel Open(Uri issuing) => GrpcChannel.ForAddress(
        issuing, new GrpcChannelOptions { DisposeHttpClient = true, HttpHandler = new SocketsHttpHandler() });

    private async Task WatchAsync(TrustService.TrustServiceClient client)
    {
        Round? noted = null;
        using var call = client.WatchTrust(new WatchTrustRequest(), cancellationToken: _enough.Token);
        while (await call.ResponseStream.MoveNext(_enough.Token))
        {
            var round = _round;
            if (round != noted && round.Note(call.ResponseStream.Current.Update))
            {
                noted = round;
            }
        }
    }

    private sealed class Round(Func<TrustUpdate, bool> isIt, int count)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _missing = count;

#pragma warning disable VSTHRD003 // No work stands behind it.
        public Task Reached => _reached.Task;
#pragma warning restore VSTHRD003

        public bool Note(TrustUpdate update)
        {
            if (!isIt(update))
            {
                return false;
            }

            if (Interlocked.Decrement(ref _missing) == 0)
            {
                _reached.SetResult();
            }

            return true;
        }
    }
}
