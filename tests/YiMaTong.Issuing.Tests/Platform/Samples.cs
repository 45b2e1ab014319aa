using System.Security.Cryptography;
using YiMaTong.Contracts.Common.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.RealName;

namespace YiMaTong.Issuing.Tests.Platform;

/// <summary>Registrations that are right in every field, for tests to spoil one.</summary>
internal static class Samples
{
    public static string Pem3072 { get; } = PemOf(3072);

    public static string Pem2048 { get; } = PemOf(2048);

    public static Scene Scene(string id = "bus-k7") => new()
    {
        SceneId = id,
        Name = "K7 路公交",
        Kind = "a",
        QrcodeTypes = { "gj" },
        Fields = { "tags" },
        Route = "K7",
    };

    public static Merchant Merchant(string id = "hz-bus") => new()
    {
        MerchantId = id,
        Name = "杭州公交",
        SceneId = "bus-k7",
        PublicKeyPem = Pem3072,
    };

    public static Device Device(string id = "gate-1") => new() { MacId = id, MerchantId = "hz-bus", Place = "前门" };

    public static Channel Channel(string id = "demo-channel") => new()
    {
        AppId = id,
        Name = "示范渠道",
        Scopes = { "qrcode" },
        QrcodeTypes = { "gj" },
        RedirectUris = { "https://app.example/cb" },
    };

    public static TagDefinition Tag(string key, int number, string rule = "") => new()
    {
        Key = key,
        Tag = new Tag { No = number, Text = "退役军人", BackgroundColor = 1, FontColor = 2 },
        Rule = rule,
    };

    public static PutCitizenRequest Citizen(int sequence = 1) => new()
    {
        IdNumber = IdNumber(sequence),
        Name = "张三",
        Phone = "13000000000",
        RealNameVerified = true,
    };

    /// <summary>A number of region 990000, which nobody holds.</summary>
    public static string IdNumber(int sequence)
    {
        var digits = $"99000019900101{sequence % 1000:D3}";
        return digits + ResidentId.CheckCharacter(digits);
    }

    private static string PemOf(int bits)
    {
        using var rsa = RSA.Create(bits);
        return rsa.ExportSubjectPublicKeyInfoPem();
    }
}
