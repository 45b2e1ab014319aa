using Google.Protobuf;
using YiMaTong.Contracts.Common.V1;
using YiMaTong.Contracts.Feed.V1;
using YiMaTong.Decode.Registry;

namespace YiMaTong.Decode.Tests;

/// <summary>Records of a small city as the feed sends them. Every number is synthetic.</summary>
internal static class World
{
    public const string SceneId = "bus-k7";
    public const string MerchantId = "hz-bus";
    public const string MacId = "gate-01";
    public const ulong Handle = 0x1122_3344_5566_7788;
    public const byte KeyId = 7;

    public static readonly byte[] Epoch = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
    public static readonly byte[] CodeKeyBytes = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 3))];
    public static readonly byte[] ResponseKey = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 5))];

    /// <summary>By what sessions know the merchant's key.</summary>
    public static UInt128 Key => MerchantKeys.IdOf(Keys.Pss.PublicDer);

    public static Entity Subject(ulong revision, Action<SubjectRecord>? change = null)
    {
        var record = new SubjectRecord
        {
            Handle = Handle,
            State = SubjectState.Active,
            Tags = 0b1011,
            Attributes = 0,
            SceneKinds = 1,
            Fields = 7,
            ConcealName = "*三",
            ConcealCard = "9**************4",
        };
        change?.Invoke(record);
        return new() { Revision = revision, Subject = record };
    }

    public static Entity Scene(ulong revision, Action<SceneRecord>? change = null)
    {
        var record = new SceneRecord
        {
            SceneId = SceneId,
            Kind = 0,
            QrcodeTypes = { "gj" },
            Fields = 7,
            Tags = ulong.MaxValue,
            Route = "K7",
            Active = true,
        };
        change?.Invoke(record);
        return new() { Revision = revision, Scene = record };
    }

    public static Entity Merchant(ulong revision, Action<MerchantRecord>? change = null)
    {
        var record = new MerchantRecord
        {
            MerchantId = MerchantId,
            SceneId = SceneId,
            SignatureProfile = "RSA-PSS-SHA256",
            PublicKey = ByteString.CopyFrom(Keys.Pss.PublicDer),
            ResponseCipher = "AES-256-GCM",
            ResponseKeyId = 3,
            ResponseKey = ByteString.CopyFrom(ResponseKey),
            ReasonDetail = true,
            Active = true,
        };
        change?.Invoke(record);
        return new() { Revision = revision, Merchant = record };
    }

    public static Entity Device(ulong revision, Action<DeviceRecord>? change = null)
    {
        var record = new DeviceRecord { MacId = MacId, MerchantId = MerchantId, Active = true };
        change?.Invoke(record);
        return new() { Revision = revision, Device = record };
    }

    public static Entity Tag(ulong revision, int number, string key, bool active = true) => new()
    {
        Revision = revision,
        Tag = new()
        {
            Key = key,
            Active = active,
            Tag = new Tag
            {
                No = number,
                Text = $"标签{number}",
                Icon = $"/icons/{key}.png",
                BackgroundColor = 1,
                FontColor = 2,
            },
        },
    };

    public static Entity CodeKey(ulong revision, bool revoked = false, byte id = KeyId) => new()
    {
        Revision = revision,
        CodeKey = new() { KeyId = id, Key = ByteString.CopyFrom(CodeKeyBytes), Revoked = revoked },
    };

    /// <summary>Everything that a scan needs, as of revision 10.</summary>
    public static Entity[] All() =>
    [
        Subject(1), Scene(2), Merchant(3), Device(4), CodeKey(5),
        Tag(6, 1, "veteran"), Tag(7, 2, "talent-e"), Tag(8, 4, "student"),
    ];

    public static SnapshotResponse Begin(ulong revision, byte[]? epoch = null) =>
        new() { Begin = new() { Epoch = ByteString.CopyFrom(epoch ?? Epoch), Revision = revision } };

    public static SnapshotResponse Batch(params Entity[] entities)
    {
        var batch = new EntityBatch();
        batch.Entities.AddRange(entities);
        return new() { Batch = batch };
    }

    public static SnapshotResponse End(int count) => new() { End = new() { Count = (ulong)count } };

    public static WatchResponse Changes(params (ulong Revision, Entity Entity)[] changes)
    {
        var batch = new ChangeBatch();
        batch.Changes.AddRange(changes.Select(c => new Change { Revision = c.Revision, Entity = c.Entity }));
        return new() { Changes = batch };
    }

    public static WatchResponse Heartbeat(ulong revision, ulong lookedAtMs = 0) =>
        new() { Heartbeat = new() { Revision = revision, LookedAtMs = lookedAtMs } };
}
