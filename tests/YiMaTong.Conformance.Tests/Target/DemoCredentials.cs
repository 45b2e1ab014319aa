using System.Text.Json;
using System.Text.Json.Serialization;

namespace YiMaTong.Conformance.Tests.Target;

/// <summary>The file demo.json, every member required.</summary>
internal sealed record DemoCredentials
{
    public required string AccessToken { get; init; }

    public required string ChannelAccessToken { get; init; }

    public required string AppId { get; init; }

    public required string AuthorizationCode { get; init; }

    public required string MerchantId { get; init; }

    public required string MacId { get; init; }

    public required string SignatureProfile { get; init; }

    public required string MerchantPrivateKeyPem { get; init; }

    public required int ResponseKeyId { get; init; }

    public required string ResponseKeyBase64 { get; init; }

    public required DemoScene ReusableScene { get; init; }

    public static DemoCredentials Parse(string json) =>
        JsonSerializer.Deserialize<DemoCredentials>(json, Options)
        ?? throw new JsonException("demo.json holds null");

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
    };
}

/// <summary>The scene of demo.json that takes one code as often as it is shown.</summary>
internal sealed record DemoScene
{
    public required string MerchantId { get; init; }

    public required string MacId { get; init; }

    public required string MerchantPrivateKeyPem { get; init; }

    public required string SignatureProfile { get; init; }

    public required int ResponseKeyId { get; init; }

    public required string ResponseKeyBase64 { get; init; }
}
