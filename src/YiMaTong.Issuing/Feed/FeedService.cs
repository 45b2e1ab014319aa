using Grpc.Core;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Storage;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Issuing.Feed;

/// <summary>Serves feed.v1 to decode nodes. Thread-safe.</summary>
internal sealed class FeedService(
    FeedReader reader, FeedSignal signal, FeedToken token, IOptions<IssuingOptions> options, TimeProvider time,
    IHostApplicationLifetime lifetime, ILogger<FeedService> logger) : Wire.FeedService.FeedServiceBase
{
    private readonly TimeSpan _heartbeatInterval = TimeSpan.FromSeconds(options.Value.Feed.HeartbeatSeconds);
    private readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(options.Value.Feed.PollMilliseconds);

    /// <inheritdoc />
    public override async Task Snapshot(
        Wire.SnapshotRequest request, IServerStreamWriter<Wire.SnapshotResponse> responseStream,
        ServerCallContext context)
    {
        token.Demand(context);
        await UntilStopped(context, async cancellationToken =>
        {
            await foreach (var frame in reader.Snapshot(cancellationToken))
            {
                await responseStream.WriteAsync(frame, cancellationToken);
            }
        });
    }

    /// <inheritdoc />
    public override async Task Watch(
        Wire.WatchRequest request, IServerStreamWriter<Wire.WatchResponse> responseStream, ServerCallContext context)
    {
        token.Demand(context);
        await UntilStopped(context, cancellationToken => Follow(request, responseStream, cancellationToken));
    }

    private async Task Follow(
        Wire.WatchRequest request, IServerStreamWriter<Wire.WatchResponse> stream, CancellationToken cancellationToken)
    {
        var from = request.FromRevision;
        long? lastHeartbeat = null;
        while (true)
        {
            var listener = signal.Listen();

            // Before the look: a heartbeat that is held up, by changes ahead of it or on its way, is as old as this.
            var lookedAt = time.GetTimestamp();
            var look = await reader.LookAfter(request.Epoch.Memory, from, cancellationToken);
            if (look.Resync is { } reason)
            {
                var resync = new Wire.Resync { Reason = reason };
                await stream.WriteAsync(new Wire.WatchResponse { Resync = resync }, cancellationToken);
                return;
            }

            if (look.Changes.Count > 0)
            {
                var batch = new Wire.ChangeBatch { Changes = { look.Changes } };
                await stream.WriteAsync(new Wire.WatchResponse { Changes = batch }, cancellationToken);
                from += (ulong)look.Changes.Count;
                lastHeartbeat = null;
            }

            if (lastHeartbeat is not { } last || time.GetElapsedTime(last) >= _heartbeatInterval)
            {
                lastHeartbeat = time.GetTimestamp();
                var heartbeat = new Wire.Heartbeat
                {
                    Revision = (ulong)look.Newest,
                    LookedAtMs = (ulong)(lookedAt / (time.TimestampFrequency / 1_000)),
                };
                await stream.WriteAsync(new Wire.WatchResponse { Heartbeat = heartbeat }, cancellationToken);
            }

            if (from == (ulong)look.Newest)
            {
                var untilHeartbeat = _heartbeatInterval - time.GetElapsedTime(lastHeartbeat.Value);
                var limit = untilHeartbeat < _pollInterval ? untilHeartbeat : _pollInterval;
                await listener.Wait(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time, cancellationToken);
            }
        }
    }

    // A stream has no end of its own: it ends with its caller, or with the service, whose stop must not wait for it.
    private async Task UntilStopped(ServerCallContext context, Func<CancellationToken, Task> serve)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await serve(ended.Token);
        }
        catch (Exception) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The service is stopping."));
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller has gone."));
        }
        catch (StorageUnavailableException failure)
        {
            FeedLog.MarkFailed(logger, failure.Message);
            throw new RpcException(new Status(StatusCode.Unavailable, "The feed stands still."));
        }
    }
}
