using System.Security.Cryptography;
using Google.Protobuf;
using YiMaTong.Codes.Signing;
using YiMaTong.Issuing.Storage;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Issuing.Feed;

/// <summary>Turns rows that stand alone into records of the feed.</summary>
internal static class FeedRecords
{
    public static Wire.Entity Of(Scene scene) => new()
    {
        Revision = (ulong)scene.Revision,
        Scene = new Wire.SceneRecord
        {
            SceneId = scene.SceneId,
            Kind = (uint)scene.Kind,
            QrcodeTypes = { scene.QrcodeTypes.Split(' ', StringSplitOptions.RemoveEmptyEntries) },
            SingleUse = scene.SingleUse,
            Fields = (uint)scene.Fields,
            Tags = scene.Tags,
            AdmissionRule = scene.AdmissionRule,
            Route = scene.Route,
            MaxStalenessMs = (uint)Math.Clamp(scene.MaxStalenessMs, 0, uint.MaxValue),
            Active = scene.Active,
        },
    };

    public static Wire.Entity Of(Merchant merchant, FieldSealer sealer) => new()
    {
        Revision = (ulong)merchant.Revision,
        Merchant = new Wire.MerchantRecord
        {
            MerchantId = merchant.MerchantId,
            SceneId = merchant.SceneId,
            SignatureProfile = NameOf(merchant.SignatureProfile),
            PublicKey = ByteString.CopyFrom(ToDer(merchant.PublicKeyPem)),
            NextPublicKey = merchant.NextPublicKeyPem is { } next ? ByteString.CopyFrom(ToDer(next)) : ByteString.Empty,
            ResponseCipher = NameOf(merchant.ResponseCipher),
            ResponseKeyId = merchant.ResponseKeyId,
            ResponseKey = Open(SealedColumns.MerchantResponseKey, merchant.ResponseKeySealed, sealer),
            ReasonDetail = merchant.ReasonDetail,
            Active = merchant.Active,
        },
    };

    public static Wire.Entity Of(Device device) => new()
    {
        Revision = (ulong)device.Revision,
        Device = new Wire.DeviceRecord { MacId = device.MacId, MerchantId = device.MerchantId, Active = device.Active },
    };

    public static Wire.Entity Of(TagDefinition tag) => new()
    {
        Revision = (ulong)tag.Revision,
        Tag = new Wire.TagRecord
        {
            Key = tag.Key,
            Tag = new Contracts.Common.V1.Tag
            {
                Icon = tag.Icon,
                No = tag.Number,
                Text = tag.Text,
                BackgroundColor = tag.BackgroundColor,
                FontColor = tag.FontColor,
            },
            Active = tag.Active,
        },
    };

    public static Wire.Entity Of(CodeKeyRow key, FieldSealer sealer) => new()
    {
        Revision = (ulong)key.Revision,
        CodeKey = new Wire.CodeKeyRecord
        {
            KeyId = (uint)key.KeyId,
            Key = Open(SealedColumns.CodeKey, key.KeySealed, sealer),
            Revoked = key.RevokedAt is not null,
        },
    };

    private static ByteString Open(string column, byte[] sealedKey, FieldSealer sealer) =>
        UnsafeByteOperations.UnsafeWrap(sealer.OpenBytes(column, sealedKey));

    private static byte[] ToDer(string publicKeyPem)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(publicKeyPem);
        return rsa.ExportSubjectPublicKeyInfo();
    }

    private static string NameOf(SignatureProfile profile) => profile switch
    {
        SignatureProfile.RsaPssSha256 => "RSA-PSS-SHA256",
        SignatureProfile.Sha256WithRsa => "SHA256withRSA",
        _ => throw new InvalidOperationException($"Signature profile {(byte)profile} has no name in the feed."),
    };

    private static string NameOf(ResponseCipher cipher) => cipher switch
    {
        ResponseCipher.Aes256Gcm => "AES-256-GCM",
        ResponseCipher.Aes256Cbc => "AES-256-CBC",
        _ => throw new InvalidOperationException($"Response cipher {(byte)cipher} has no name in the feed."),
    };
}
