using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Web;
using Grpc.Core;
using Grpc.Net.Client;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.Target;

/// <summary>
/// Sets up scenes, gates and citizens through the interfaces that operators and apps use. Thread-safe.
/// </summary>
internal sealed class City(HttpClient rest, GrpcChannel issuing, string operatorToken)
{
    private const string App = "integration-app";
    private const string Redirect = "http://127.0.0.1/integration";
    private const string Scope = "qrcode tags offline_access";

    // Making a key takes up to a second, and no test looks at the key itself.
    private static readonly RSA Key = RSA.Create(3072);

    private readonly Metadata _operator = new() { { "authorization", $"Bearer {operatorToken}" } };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Registers the app through which citizens show their codes.</summary>
    public async Task PutAppAsync(string appId = App)
    {
        var channel = new Contracts.Platform.V1.Channel
        {
            AppId = appId,
            Name = "集成测试",
            Kind = ChannelKind.Platform,
            Scopes = { Scope.Split(' ') },
            QrcodeTypes = { "gj" },
            PositionRequired = false,
            RedirectUris = { Redirect },
        };
        var answer = await new ChannelService.ChannelServiceClient(issuing).PutChannelAsync(
            new PutChannelRequest { Channel = channel }, _operator, cancellationToken: Stop);
        Accept(answer.Code, answer.Msg);
    }

    /// <summary>Registers a scene with a merchant and gives its gates.</summary>
    public async Task<Gate[]> PutGatesAsync(string name, bool singleUse, int count)
    {
        var scene = new Scene
        {
            SceneId = name,
            Name = name,
            Kind = "a",
            QrcodeTypes = { "gj" },
            SingleUse = singleUse,
            Fields = { "tags", "conceal_name", "conceal_card" },
        };
        var scened = await new SceneService.SceneServiceClient(issuing).PutSceneAsync(
            new PutSceneRequest { Scene = scene }, _operator, cancellationToken: Stop);
        Accept(scened.Code, scened.Msg);
        var merchants = new MerchantService.MerchantServiceClient(issuing);
        var merchant = new Merchant
        {
            MerchantId = name,
            Name = name,
            SceneId = name,
            PublicKeyPem = Key.ExportSubjectPublicKeyInfoPem(),
            ReasonDetail = true,
        };
        var registered = await merchants.PutMerchantAsync(
            new PutMerchantRequest { Merchant = merchant }, _operator, cancellationToken: Stop);
        Accept(registered.Code, registered.Msg);
        var gates = new Gate[count];
        for (var i = 0; i < count; i++)
        {
            gates[i] = new Gate(name, $"{name}-{i}", Key);
            var placed = await merchants.PutDeviceAsync(
                new PutDeviceRequest { Device = new Device { MacId = gates[i].MacId, MerchantId = name } },
                _operator,
                cancellationToken: Stop);
            Accept(placed.Code, placed.Msg);
        }

        return gates;
    }

    /// <summary>Registers a citizen, who signs in, claims a code and consents to the app.</summary>
    public async Task<Holder> PutHolderAsync()
    {
        var (id, name, phone) =
            (ResidentNumber.Next(), "测试甲", $"199{RandomNumberGenerator.GetInt32(90_000_000, 100_000_000)}");
        var put = await new CitizenRegistryService.CitizenRegistryServiceClient(issuing).PutCitizenAsync(
            new PutCitizenRequest { IdNumber = id, Name = name, Phone = phone, RealNameVerified = true },
            _operator,
            cancellationToken: Stop);
        Accept(put.Code, put.Msg);
        var citizens = new CitizenService.CitizenServiceClient(issuing);
        var signedIn = await citizens.AuthenticateAsync(
            new AuthenticateRequest { IdNumber = id, Name = name, Phone = phone }, cancellationToken: Stop);
        Accept(signedIn.Code, signedIn.Msg);
        var session = signedIn.Response.SessionToken;
        var claimed = await citizens.ClaimCodeAsync(new ClaimCodeRequest(), Bearer(session), cancellationToken: Stop);
        Accept(claimed.Code, claimed.Msg);
        var consent = await citizens.GrantConsentAsync(
            new GrantConsentRequest { AppId = App, Scopes = { Scope.Split(' ') } },
            Bearer(session),
            cancellationToken: Stop);
        Accept(consent.Code, consent.Msg);
        return new Holder(id, name, phone, session, await TokenAsync(session));
    }

    /// <summary>Mints a code (B.1) and returns its text.</summary>
    public async Task<string> MintAsync(Holder holder) => (string)(await ShowAsync(holder.AccessToken))["qrcode"]!;

    /// <summary>Mints a code and returns all that B.1 answers.</summary>
    public Task<JsonNode> ShowAsync(string accessToken) =>
        PostAsync("/api/v1/qrcode/generate", new() { ["accessToken"] = accessToken });

    /// <summary>Voids the citizen's codes and returns the revision from which gates know it.</summary>
    public async Task<ulong> RevokeCodesAsync(Holder holder)
    {
        var answer = await new CitizenService.CitizenServiceClient(issuing).RevokeCodesAsync(
            new RevokeCodesRequest(), Bearer(holder.Session), cancellationToken: Stop);
        Accept(answer.Code, answer.Msg);
        return answer.Response.Revision;
    }

    private async Task<string> TokenAsync(string session)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = rest.BaseAddress };
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"/oauth2/authorize?client_id={App}&response_type=code&state=s"
            + $"&redirect_uri={Uri.EscapeDataString(Redirect)}&scope={Uri.EscapeDataString(Scope)}");
        request.Headers.Add("Authorization", $"Bearer {session}");
        using var answer = await http.SendAsync(request, Stop);
        var code = HttpUtility.ParseQueryString(answer.Headers.Location?.Query ?? "")["code"];
        Assert.NotNull(code);
        var grant = await PostAsync("/api/v1/oauth/authorize", new() { ["code"] = code, ["appId"] = App });
        return (string)grant["accessToken"]!;
    }

    private async Task<JsonNode> PostAsync(string path, Dictionary<string, string> body)
    {
        using var answer = await rest.PostAsJsonAsync(path, body, Stop);
        var envelope = await answer.Content.ReadFromJsonAsync<JsonNode>(Stop);
        Accept((string?)envelope?["code"], (string?)envelope?["msg"]);
        return envelope!["response"]!;
    }

    private static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };

    private static void Accept(string? code, string? message) =>
        Assert.Equal("PY0000", $"{code}{(code == "PY0000" ? "" : message)}");
}
