using System.Security.Cryptography;
using System.Text.Json;
using YiMaTong.Conformance.Tests.Wire;

namespace YiMaTong.Conformance.Tests.World;

/// <summary>The platform interfaces, with an operator's token. Every call expects success.</summary>
internal sealed class Operator(Api api, string token)
{
    public string Token => token;

    public Task<Answer> TryPut(string path, object body) => api.Put(path, body, token);

    public async Task<Answer> Put(string path, object body) => Envelope.Is(await TryPut(path, body), "PY0000");

    public async Task<Answer> Post(string path, object body) =>
        Envelope.Is(await api.Post(path, body, token), "PY0000");

    public async Task<JsonElement> List(string path) => Envelope.Is(await api.Get(path, token), "PY0000").Response;

    public async Task PutScene(
        string id,
        bool singleUse = false,
        string kind = "a",
        string[]? fields = null,
        uint[]? tagNumbers = null,
        string rule = "",
        string[]? types = null,
        string state = "ACTIVE") => await Put($"/api/v1/platform/scenes/{id}", new
        {
            name = $"一致性测试 {id}",
            kind,
            qrcodeTypes = types ?? ["gj"],
            singleUse,
            fields = fields ?? ["tags", "conceal_name", "conceal_card"],
            tagNumbers = tagNumbers ?? [],
            admissionRule = rule,
            route = "K7",
            maxStalenessMs = 0,
            state = $"REGISTRATION_STATE_{state}",
        });

    public static object Merchant(
        string scene, RSA key, string profile, string cipher = "AES_256_GCM", bool detail = true,
        string state = "ACTIVE") => new
        {
            name = "一致性测试商户",
            sceneId = scene,
            signatureProfile = $"SIGNATURE_PROFILE_{profile}",
            publicKeyPem = key.ExportSubjectPublicKeyInfoPem(),
            responseCipher = $"RESPONSE_CIPHER_{cipher}",
            reasonDetail = detail,
            state = $"REGISTRATION_STATE_{state}",
        };

    public async Task PutDevice(string macId, string merchantId, string state = "ACTIVE") => await Put(
        $"/api/v1/platform/devices/{macId}",
        new { merchantId, place = "测试", state = $"REGISTRATION_STATE_{state}" });

    public async Task<TestApp> PutChannel(
        string appId,
        string kind = "CHANNEL",
        bool positionRequired = true,
        string[]? scopes = null,
        string publicKeyPem = "",
        bool pkceRequired = false,
        string state = "ACTIVE")
    {
        var redirect = $"https://{appId}.example/callback";
        await Put($"/api/v1/platform/channels/{appId}", new
        {
            name = $"一致性测试 {appId}",
            kind = $"CHANNEL_KIND_{kind}",
            scopes = scopes ?? TestCitizen.AllScopes.Split(' '),
            qrcodeTypes = new[] { "gj" },
            positionRequired,
            redirectUris = new[] { redirect },
            publicKeyPem,
            pkceRequired,
            state = $"REGISTRATION_STATE_{state}",
        });
        return new(appId, redirect);
    }

    /// <summary>What a data source says of a citizen; replaces attributes, hand-given tags and state.</summary>
    public async Task PutCitizen(
        TestCitizen citizen,
        string state = "ACTIVE",
        object? attributes = null,
        params uint[] tagNumbers) => await Post(
        "/api/v1/platform/citizens", new
        {
            idType = "01",
            idNumber = citizen.IdNumber,
            name = citizen.Name,
            realNameVerified = true,
            state = $"CITIZEN_STATE_{state}",
            attributes = attributes ?? new { },
            tagNumbers,
        });
}
