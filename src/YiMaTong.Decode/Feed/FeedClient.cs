using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Snapshots;

namespace YiMaTong.Decode.Feed;

/// <summary>
/// Follows issuing's feed for as long as the process lives: from the node's own snapshot file where there is one, else
/// a snapshot of issuing's; then changes from there, resumed after every interruption. The node answers from what it
/// has meanwhile.
/// </summary>
internal sealed class FeedClient(
    FeedApplier applier,
    SnapshotRestorer restorer,
    NodeStatus status,
    IOptions<DecodeOptions> options,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<FeedClient> logger) : BackgroundService
{
    private const int LossMinMs = 1_000;
    private const int LossMaxMs = 60_000;
    private static readonly TimeSpan LossIsOver = TimeSpan.FromMinutes(10);

    private readonly FeedOptions _options = options.Value.Feed;
    private readonly Backoff _backoff = new(options.Value.Feed.BackoffMinMs, options.Value.Feed.BackoffMaxMs);
    private readonly Backoff _losses = new(LossMinMs, LossMaxMs);
    private long _lostAt;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _ = await OwnThread.Run(() => restorer.TryRestore(stoppingToken));

        // In one process with issuing, the feed is there once the server listens; a start that fails leaves no noise.
        await Started(stoppingToken);
        using var channel = GrpcChannel.ForAddress(_options.Address, ChannelOptions());
        var client = new FeedService.FeedServiceClient(channel);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Follow(client, stoppingToken);
            }
            catch (Exception e) when (
                stoppingToken.IsCancellationRequested && e is (OperationCanceledException or RpcException))
            {
                return;
            }
        }
    }

    private async Task Started(CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Reads one stream to its end, and waits before the next where it did not end well.</summary>
    private async Task Follow(FeedService.FeedServiceClient client, CancellationToken stopping)
    {
        TimeSpan delay;
        try
        {
            // Without its feed too, a node that lost its directory finds back to what it last wrote.
            if (applier.DirectoryIsLost() && await OwnThread.Run(() => restorer.TryRestore(stopping)))
            {
                return;
            }

            var verdict = applier.NeedsSnapshot
                ? await ReadSnapshot(client, stopping)
                : await ReadChanges(client, stopping);
            if (verdict.Action is FeedAction.SnapshotDone or FeedAction.Renew)
            {
                return;
            }

            Log.Resync(logger, status.Current.Revision, verdict.Reason);
            delay = Pause();
        }
        catch (Exception e) when (!stopping.IsCancellationRequested && CauseOf(e) is { } cause)
        {
            delay = Pause();
            if (!lifetime.ApplicationStopping.IsCancellationRequested)
            {
                Log.FeedInterrupted(logger, status.Current.Revision, (long)delay.TotalMilliseconds, cause);
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // Part of a frame may be applied: only a snapshot tells where the node stands.
            _ = applier.RequireSnapshot("applying failed");
            delay = Pause();
            Log.FeedFailed(logger, e, status.Current.Revision, (long)delay.TotalMilliseconds);
        }

        // Whatever kept the stream from going on, the node has heard all that it can for now.
        applier.Serve();
        await Task.Delay(delay, time, stopping);
    }

    /// <summary>
    /// The wait before the next try. A node that lost its directory takes all of the data again; on a disk that is
    /// still full it would do so for ever, and issuing would do nothing else.
    /// </summary>
    private TimeSpan Pause()
    {
        if (!applier.DirectoryIsLost())
        {
            return _backoff.Next();
        }

        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_lostAt, now) > LossIsOver)
        {
            _losses.Reset();
        }

        _lostAt = now;
        var delay = _losses.Next();
        Log.DirectoryLost(logger, (long)delay.TotalMilliseconds);
        return delay;
    }

    private async Task<FeedVerdict> ReadSnapshot(FeedService.FeedServiceClient client, CancellationToken stopping)
    {
        applier.StartSnapshot();
        using var silence = new SilenceGuard(_options.SilenceSeconds, time, stopping);
        using var call = client.Snapshot(new SnapshotRequest(), Token(), cancellationToken: silence.Token);
        while (await call.ResponseStream.MoveNext(silence.Token))
        {
            silence.Heard();
            var verdict = applier.Accept(call.ResponseStream.Current);
            if (verdict.Action != FeedAction.Continue)
            {
                return verdict;
            }
        }

        return applier.RequireSnapshot("a snapshot ended without its end frame");
    }

    private async Task<FeedVerdict> ReadChanges(FeedService.FeedServiceClient client, CancellationToken stopping)
    {
        using var silence = new SilenceGuard(_options.SilenceSeconds, time, stopping);
        using var call = client.Watch(applier.StartWatch(), Token(), cancellationToken: silence.Token);
        var catchUpFrom = time.GetTimestamp();
        while (await Next(call.ResponseStream, catchUpFrom, silence.Token))
        {
            silence.Heard();
            var verdict = applier.Accept(call.ResponseStream.Current);
            if (verdict.Action != FeedAction.Continue)
            {
                return verdict;
            }

            _backoff.Reset();
        }

        throw new RpcException(new Status(StatusCode.Unavailable, "the watch stream ended"));
    }

    /// <summary>Waits for the next frame; a node that catches up begins to answer at the limit.</summary>
    private async Task<bool> Next(
        IAsyncStreamReader<WatchResponse> stream, long catchUpFrom, CancellationToken cancellation)
    {
        var next = stream.MoveNext(cancellation);
        if (applier.CatchingUp && !next.IsCompleted)
        {
            var left = restorer.CatchUp - time.GetElapsedTime(catchUpFrom);
            using var heard = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var limit = Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, heard.Token);
            if (await Task.WhenAny(next, limit) == limit)
            {
                applier.Serve();
            }

            await heard.CancelAsync();
        }

        return await next;
    }

    private Metadata Token() => new() { { "authorization", $"Bearer {File.ReadAllText(_options.TokenFile).Trim()}" } };

    /// <summary>What to log of a failure that comes from outside; null for one that is the node's own.</summary>
    private static string? CauseOf(Exception exception) => exception switch
    {
        RpcException rpc => $"{rpc.StatusCode}: {rpc.Status.Detail}",
        OperationCanceledException => "nothing was heard for too long",
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException =>
            "the token file is unreadable",
        IOException io => io.Message,
        _ => null,
    };

    private GrpcChannelOptions ChannelOptions() => new()
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(_options.KeepAliveSeconds),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(_options.KeepAliveSeconds),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        },
    };
}
