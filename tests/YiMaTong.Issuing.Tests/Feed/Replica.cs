using Google.Protobuf;
using Grpc.Core;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Issuing.Tests.Feed;

/// <summary>What a decode node makes of the feed; it checks every promise that the feed gives.</summary>
internal sealed class Replica
{
    private ulong _received;
    private bool _complete;

    public ByteString Epoch { get; private set; } = ByteString.Empty;

    public ulong Revision { get; private set; }

    public ulong Newest { get; private set; }

    public Dictionary<string, Wire.Entity> Entities { get; } = [];

    public void Apply(Wire.SnapshotResponse frame)
    {
        Assert.False(_complete);
        switch (frame.FrameCase)
        {
            case Wire.SnapshotResponse.FrameOneofCase.Begin:
                Assert.Equal(0UL, _received);
                Assert.Equal(16, frame.Begin.Epoch.Length);
                Epoch = frame.Begin.Epoch;
                Revision = frame.Begin.Revision;
                break;
            case Wire.SnapshotResponse.FrameOneofCase.Batch:
                Assert.InRange(frame.Batch.Entities.Count, 1, 500);
                _received += (ulong)frame.Batch.Entities.Count;
                foreach (var entity in frame.Batch.Entities)
                {
                    Assert.InRange(entity.Revision, 1UL, Revision);
                    Entities.Add(KeyOf(entity), entity);
                }

                break;
            default:
                Assert.Equal(_received, frame.End.Count);
                _complete = true;
                break;
        }
    }

    public void Apply(Wire.ChangeBatch batch)
    {
        Assert.InRange(batch.Changes.Count, 1, 500);
        foreach (var change in batch.Changes)
        {
            Assert.Equal(++Revision, change.Revision);
            Assert.True(change.Entity.Revision >= change.Revision, "An entity is older than its change.");
            Entities[KeyOf(change.Entity)] = change.Entity;
        }
    }

    /// <summary>Applies frames until the replica holds a revision and a heartbeat has said so.</summary>
    public async Task Follow(AsyncServerStreamingCall<Wire.WatchResponse> watch, ulong revision)
    {
        while (Revision < revision || Newest < revision)
        {
            var frame = await Next(watch);
            if (frame.FrameCase == Wire.WatchResponse.FrameOneofCase.Changes)
            {
                Apply(frame.Changes);
                continue;
            }

            Assert.Equal(Wire.WatchResponse.FrameOneofCase.Heartbeat, frame.FrameCase);
            Assert.True(frame.Heartbeat.Revision >= Newest, "The newest revision went back.");
            Newest = frame.Heartbeat.Revision;
        }
    }

    public static async Task<Wire.WatchResponse> Next(AsyncServerStreamingCall<Wire.WatchResponse> watch)
    {
        var token = TestContext.Current.CancellationToken;
        var moved = await watch.ResponseStream.MoveNext(token).WaitAsync(TimeSpan.FromSeconds(30), token);
        Assert.True(moved, "The feed ended.");
        return watch.ResponseStream.Current;
    }

    private static string KeyOf(Wire.Entity entity) => entity.KindCase switch
    {
        Wire.Entity.KindOneofCase.Subject => $"subject {entity.Subject.Handle}",
        Wire.Entity.KindOneofCase.Scene => $"scene {entity.Scene.SceneId}",
        Wire.Entity.KindOneofCase.Merchant => $"merchant {entity.Merchant.MerchantId}",
        Wire.Entity.KindOneofCase.Device => $"device {entity.Device.MacId}",
        Wire.Entity.KindOneofCase.Tag => $"tag {entity.Tag.Tag.No}",
        Wire.Entity.KindOneofCase.CodeKey => $"key {entity.CodeKey.KeyId}",
        _ => throw new InvalidOperationException("An entity of no kind."),
    };
}
