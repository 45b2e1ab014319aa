using Google.Protobuf;
using Grpc.Core;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Perf;

namespace YiMaTong.Peers.Feed;

/// <summary>feed.v1 for a city that is a function: the node under test follows it as it follows issuing.</summary>
internal sealed class SimulatedFeed(CityHistory history, TimeProvider time) : FeedService.FeedServiceBase
{
    private const int BatchSize = 1_000;
    private static readonly TimeSpan Heartbeats = TimeSpan.FromSeconds(1);

    public override async Task Snapshot(
        SnapshotRequest request, IServerStreamWriter<SnapshotResponse> responseStream, ServerCallContext context)
    {
        Authenticate(context);
        var (revision, changed) = history.Moment();
        await responseStream.WriteAsync(
            new() { Begin = new() { Epoch = ByteString.CopyFrom(history.Epoch), Revision = revision } });
        var batch = new SnapshotResponse { Batch = new() };
        batch.Batch.Entities.AddRange(history.Registry);
        await responseStream.WriteAsync(batch);

        // Entities are reused: a message is on the wire when its write has ended.
        var entities = Enumerable.Range(0, BatchSize).Select(_ => new Entity { Subject = new() }).ToArray();
        var first = (ulong)history.Registry.Count + 1;
        for (var start = 0; start < history.City.Subjects; start += BatchSize)
        {
            batch.Batch.Entities.Clear();
            var end = Math.Min(start + BatchSize, history.City.Subjects);
            for (var index = start; index < end; index++)
            {
                if (changed.Count == 0 || !changed.TryGetValue(index, out var entity))
                {
                    entity = entities[index - start];
                    entity.Revision = first + (ulong)index;
                    CityFeed.Fill(entity.Subject, index);
                }

                batch.Batch.Entities.Add(entity);
            }

            await responseStream.WriteAsync(batch, context.CancellationToken);
        }

        var count = (ulong)(history.Registry.Count + history.City.Subjects);
        await responseStream.WriteAsync(new() { End = new() { Count = count } });
    }

    public override async Task Watch(
        WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
    {
        Authenticate(context);
        var revision = request.FromRevision;
        var reason = !request.Epoch.Span.SequenceEqual(history.Epoch) ? "epoch"
            : revision < history.Base ? "trimmed"
            : revision > history.Revision ? "ahead"
            : "";
        if (reason.Length > 0)
        {
            await responseStream.WriteAsync(new() { Resync = new() { Reason = reason } });
            return;
        }

        while (!context.CancellationToken.IsCancellationRequested)
        {
            // Taken before the changes are read: one that comes between them ends the wait at once.
            var arrived = history.Arrived;
            var changes = history.After(revision, BatchSize);
            if (changes.Length > 0)
            {
                var batch = new ChangeBatch();
                batch.Changes.AddRange(changes);
                revision = changes[^1].Revision;
                await responseStream.WriteAsync(new() { Changes = batch }, context.CancellationToken);
            }

            await responseStream.WriteAsync(
                new() { Heartbeat = new() { Revision = history.Revision } }, context.CancellationToken);
            if (changes.Length < BatchSize)
            {
                await Task.WhenAny(arrived, Task.Delay(Heartbeats, time, context.CancellationToken));
            }
        }
    }

    private void Authenticate(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue("authorization") != $"Bearer {history.City.FeedToken}")
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "the feed's token is wrong"));
        }
    }
}
