using System.Security.Cryptography;
using Google.Protobuf;
using YiMaTong.Contracts.Common.V1;
using YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Perf;

/// <summary>The city as the feed tells it. Thread-safe.</summary>
public static class CityFeed
{
    private const uint AllFields = 7;
    private const uint EveryKindOfScene = 0x7FF;

    /// <summary>Everything but citizens: scene, merchant, gates, tags, key.</summary>
    public static IReadOnlyList<Entity> Registry(City city)
    {
        ArgumentNullException.ThrowIfNull(city);
        var entities = new List<Entity>
        {
            new() { Scene = Scene() },
            new() { Merchant = Merchant(city) },
            new() { CodeKey = new() { KeyId = City.CodeKeyId, Key = ByteString.CopyFrom(city.CodeKeyBytes) } },
        };
        entities.AddRange(Enumerable.Range(0, City.Devices).Select(number => new Entity
        {
            Device = new() { MacId = City.Device(number), MerchantId = City.MerchantId, Active = true },
        }));
        entities.AddRange(Enumerable.Range(1, City.Tags).Select(number => new Entity
        {
            Tag = new()
            {
                Key = $"tag-{number}",
                Active = true,
                Tag = new Tag
                {
                    No = number,
                    Text = $"标签{number}",
                    Icon = $"/icons/{number}.png",
                    BackgroundColor = 1,
                    FontColor = 2,
                },
            },
        }));
        for (var i = 0; i < entities.Count; i++)
        {
            entities[i].Revision = (ulong)i + 1;
        }

        return entities;
    }

    /// <summary>Fills in a citizen.</summary>
    public static void Fill(SubjectRecord record, int index)
    {
        ArgumentNullException.ThrowIfNull(record);
        record.Handle = City.Handle(index);
        record.State = SubjectState.Active;
        record.Tags = City.TagsOf(index);
        record.Attributes = 0;
        record.SceneKinds = EveryKindOfScene;
        record.Fields = AllFields;
        record.ConcealName = "*三";
        record.ConcealCard = "9**************4";
    }

    private static SceneRecord Scene() => new()
    {
        SceneId = City.SceneId,
        Kind = 0,
        QrcodeTypes = { "gj" },
        Fields = AllFields,
        Tags = (1UL << City.Tags) - 1,
        Route = "K7",
        Active = true,
    };

    private static MerchantRecord Merchant(City city)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(city.MerchantPrivateKeyPem);
        return new()
        {
            MerchantId = City.MerchantId,
            SceneId = City.SceneId,
            SignatureProfile = "SHA256withRSA",
            PublicKey = ByteString.CopyFrom(rsa.ExportSubjectPublicKeyInfo()),
            ResponseCipher = "AES-256-GCM",
            ResponseKeyId = City.ResponseKeyId,
            ResponseKey = ByteString.CopyFrom(city.ResponseKey),
            ReasonDetail = true,
            Active = true,
        };
    }
}
