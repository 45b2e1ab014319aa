using System.Globalization;
using System.Security.Cryptography;
using YiMaTong.Codes.Signing;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Storage;

/// <summary>Rows of synthetic people and things. Identity numbers use an unassigned region.</summary>
internal static class Rows
{
    private static readonly Lazy<string> PublicKey = new(() =>
    {
        using var rsa = RSA.Create(3072);
        return rsa.ExportSubjectPublicKeyInfoPem();
    });

    public static string PublicKeyPem => PublicKey.Value;

    public static string IdNumber(int index)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"99000019900101{index % 1000:000}");
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return digits + "10X98765432"[digits.Select((digit, place) => (digit - '0') * weights[place]).Sum() % 11];
    }

    public static Citizen Citizen(FieldSealer sealer, int index, string name = "测试甲", string? phone = null) => new()
    {
        Handle = ulong.MaxValue - (ulong)index,
        IdType = "01",
        IdNumberHash = sealer.LookupHash("01", IdNumber(index)),
        IdNumberSealed = sealer.Seal(SealedColumns.CitizenIdNumber, IdNumber(index)),
        NameSealed = sealer.Seal(SealedColumns.CitizenName, name),
        PhoneSealed = phone is null ? null : sealer.Seal(SealedColumns.CitizenPhone, phone),
        RealNameVerified = true,
    };

    public static Consent Claim(
        long citizenId, string scopes = "tags conceal_name conceal_card", int sceneKinds = 0x7FF) => new()
        {
            CitizenId = citizenId,
            Scopes = scopes,
            SceneKinds = sceneKinds,
            GrantedAt = DateTimeOffset.UnixEpoch.AddDays(20_000),
        };

    public static TagDefinition Tag(int number) => new()
    {
        Number = number,
        Key = string.Create(CultureInfo.InvariantCulture, $"tag{number}"),
        Text = string.Create(CultureInfo.InvariantCulture, $"标签{number}"),
    };

    public static Scene Scene(string id) =>
        new() { SceneId = id, Name = "场景", QrcodeTypes = "gj ty", Fields = 7, Tags = ulong.MaxValue };

    public static Merchant Merchant(FieldSealer sealer, string id, string sceneId) => new()
    {
        MerchantId = id,
        Name = "商户",
        SceneId = sceneId,
        SignatureProfile = SignatureProfile.RsaPssSha256,
        PublicKeyPem = PublicKeyPem,
        ResponseCipher = ResponseCipher.Aes256Gcm,
        ResponseKeyId = 1,
        ResponseKeySealed = sealer.SealBytes(SealedColumns.MerchantResponseKey, RandomNumberGenerator.GetBytes(32)),
    };

    public static Device Device(string id, string merchantId) => new() { MacId = id, MerchantId = merchantId };

    public static CodeKeyRow CodeKey(FieldSealer sealer, int id) => new()
    {
        KeyId = id,
        KeySealed = sealer.SealBytes(SealedColumns.CodeKey, RandomNumberGenerator.GetBytes(32)),
        MintFrom = DateTimeOffset.UnixEpoch.AddDays(20_000),
    };
}
