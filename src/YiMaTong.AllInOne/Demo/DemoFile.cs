using System.Text.Json;

namespace YiMaTong.AllInOne.Demo;

/// <summary>
/// The credentials with which a newcomer or a load tool calls the demonstration: <c>DIR/demo.json</c>.
/// </summary>
internal sealed record DemoFile(
    string AccessToken,
    string ChannelAccessToken,
    string AppId,
    string AuthorizationCode,
    string MerchantId,
    string MacId,
    string SignatureProfile,
    string MerchantPrivateKeyPem,
    uint ResponseKeyId,
    string ResponseKeyBase64,
    DemoFile.Merchant ReusableScene,
    DemoFile.Merchant CompatibleMerchant,
    string Region,
    string EmergencyRootPublicKeyPem)
{
    /// <summary>A merchant with its secrets.</summary>
    internal sealed record Merchant(
        string MerchantId,
        string MacId,
        string SignatureProfile,
        string MerchantPrivateKeyPem,
        uint ResponseKeyId,
        string ResponseKeyBase64)
    {
        public static Merchant Of(DemoMerchantKeys keys) => new(
            keys.MerchantId, keys.MacId, keys.SignatureProfile, keys.PrivateKeyPem,
            keys.ResponseKeyId, keys.ResponseKeyBase64);
    }

    /// <summary>Writes the file anew, readable by its owner only.</summary>
    /// <param name="folder">Where it is written.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="city">The city.</param>
    /// <param name="emergencyRoot">The root key that gates verify emergency codes from, as PEM.</param>
    public static Task WriteAsync(DataFolder folder, DemoTokens tokens, DemoCity city, string emergencyRoot)
    {
        var bus = city.Keys.Bus;
        var file = new DemoFile(
            tokens.AccessToken, tokens.ChannelAccessToken, CityPlan.PlatformApp, tokens.AuthorizationCode,
            bus.MerchantId, bus.MacId, bus.SignatureProfile, bus.PrivateKeyPem, bus.ResponseKeyId,
            bus.ResponseKeyBase64, Merchant.Of(city.Keys.Park), Merchant.Of(city.Keys.Museum),
            CityPlan.Region, emergencyRoot);
        return DataFolder.WriteSecretAsync(
            folder.DemoJson, JsonSerializer.SerializeToUtf8Bytes(file, DemoJsonContext.Default.DemoFile));
    }
}

/// <summary>The tokens of the citizen whom the walk follows.</summary>
/// <param name="AccessToken">For B.1 and B.2, of the platform's own app.</param>
/// <param name="ChannelAccessToken">For B.2 and B.3, of the demonstration's channel.</param>
/// <param name="AuthorizationCode">Not yet exchanged, for B.5.</param>
internal sealed record DemoTokens(string AccessToken, string ChannelAccessToken, string AuthorizationCode);
