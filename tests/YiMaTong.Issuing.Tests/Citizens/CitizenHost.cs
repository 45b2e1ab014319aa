using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Hosting;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Issuing.Storage;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Citizens;

/// <summary>The whole issuing service on Kestrel with an SQLite file of its own; only the clock is not real.</summary>
internal sealed class CitizenHost : IAsyncDisposable
{
    public const string OperatorToken = "operator-token-of-the-tests-0123456789";
    public const string Redirect = "https://app.example/callback";
    public const string AllScopes = "qrcode tags user_name id_card offline_access";

    private readonly TempDirectory _folder;
    private readonly bool _ownsFolder;
    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private CitizenHost(
        TempDirectory? folder, IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? alter)
    {
        (_folder, _ownsFolder) = (folder ?? new TempDirectory(), folder is null);
        File.WriteAllText(_folder.Combine("operator.token"), OperatorToken);
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Listeners:RestPort"] = "0",
            ["Listeners:GrpcPort"] = "0",
            ["Listeners:AdminPort"] = "0",
            ["Issuing:Database"] = _folder.Combine("issuing.db"),
            ["Issuing:SealKeyFile"] = _folder.Combine("seal.key"),
            ["Issuing:FeedTokenFile"] = _folder.Combine("feed.token"),
            ["Issuing:OperatorTokenFile"] = _folder.Combine("operator.token"),
            ["Issuing:CreateMissingKeys"] = "true",
            ["Issuing:Demonstration"] = "true",
            ["Issuing:RealName:Mode"] = "simulated",
            ["Issuing:OAuth:KeyFile"] = _folder.Combine("oauth.key"),
            ["Issuing:OAuth:AllowHttp"] = "true",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders().AddProvider(Logs).AddFilter<CapturedLogs>(null, LogLevel.Trace);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.AddYiMaTongHosting();
        builder.Services.AddIssuing(builder.Configuration);
        alter?.Invoke(builder.Services);
        _app = builder.Build();
        _app.UseYiMaTongHosting();
        _app.MapIssuing();
    }

    public JumpingTime Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, 400, TimeSpan.Zero));

    public CapturedLogs Logs { get; } = new();

    public IServiceProvider Services => _app.Services;

    public HttpClient Http => _http;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<CitizenHost> StartAsync(params (string Key, string? Value)[] settings) =>
        StartInAsync(null, settings);

    public static Task<CitizenHost> StartInAsync(
        TempDirectory? folder, params (string Key, string? Value)[] settings) => StartInAsync(folder, null, settings);

    /// <summary>Starts with services in the place of the product's.</summary>
    public static async Task<CitizenHost> StartInAsync(
        TempDirectory? folder, Action<IServiceCollection>? alter, params (string Key, string? Value)[] settings)
    {
        var host = new CitizenHost(folder, settings.ToDictionary(entry => entry.Key, entry => entry.Value), alter);
        await host._app.StartAsync(Cancellation);
        host._http.BaseAddress = host.Services.GetRequiredService<BoundAddresses>().Rest;
        return host;
    }

    /// <summary>Posts JSON and reads the envelope.</summary>
    public async Task<JsonNode> Post(string path, object body, string? bearer = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path);
        request.Content = JsonContent.Create(body);
        if (bearer is not null)
        {
            request.Headers.Authorization = new("Bearer", bearer);
        }

        using var response = await _http.SendAsync(request, Cancellation);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
    }

    public async Task<JsonNode> Get(string path, string? bearer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (bearer is not null)
        {
            request.Headers.Authorization = new("Bearer", bearer);
        }

        using var response = await _http.SendAsync(request, Cancellation);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
    }

    /// <summary>Posts a form to an OAuth endpoint, as any client library does.</summary>
    public async Task<JsonNode> PostForm(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));
        using var response = await _http.PostAsync(path, content, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public async Task PutChannel(
        string appId, string kind, string scopes = AllScopes, bool pkce = false, bool position = false,
        string? publicKeyPem = null, bool active = true)
    {
        var answer = await Post(
            $"/api/v1/platform/channels/{appId}",
            new
            {
                appId,
                name = appId,
                kind = $"CHANNEL_KIND_{kind}",
                scopes = scopes.Split(' '),
                qrcodeTypes = new[] { "gj" },
                positionRequired = position,
                redirectUris = new[] { Redirect },
                publicKeyPem = publicKeyPem ?? "",
                pkceRequired = pkce,
                state = active ? "REGISTRATION_STATE_ACTIVE" : "REGISTRATION_STATE_DISABLED",
            },
            OperatorToken,
            HttpMethod.Put);
        Assert.Equal("PY0000", (string?)answer["code"]);
    }

    /// <summary>Authenticates a citizen and returns the session's token.</summary>
    public async Task<string> SignIn(string idNumber, string name = "张三")
    {
        var answer = await Post("/api/v1/citizen/sessions", new { idNumber, name, phone = "13900000000" });
        Assert.Equal("PY0000", (string?)answer["code"]);
        return (string)answer["response"]!["sessionToken"]!;
    }

    public async Task Claim(string session) =>
        Assert.Equal("PY0000", (string?)(await Post("/api/v1/citizen/claim", new { }, session))["code"]);

    public async Task Consent(string session, string appId, string scopes = AllScopes)
    {
        var answer = await Post("/api/v1/citizen/consents", new { appId, scopes = scopes.Split(' ') }, session);
        Assert.Equal("PY0000", (string?)answer["code"]);
    }

    /// <summary>Asks for an authorisation code; answers what the redirect address carries.</summary>
    public async Task<(string? Code, string? Error)> Authorize(
        string? session, string appId, string scopes = AllScopes, string? challenge = null)
    {
        var query = $"/oauth2/authorize?response_type=code&client_id={appId}&state=s1"
            + $"&redirect_uri={Uri.EscapeDataString(Redirect)}&scope={Uri.EscapeDataString(scopes)}"
            + (challenge is null ? "" : $"&code_challenge={challenge}&code_challenge_method=S256");
        using var request = new HttpRequestMessage(HttpMethod.Get, query);
        if (session is not null)
        {
            request.Headers.Authorization = new("Bearer", session);
        }

        using var response = await _http.SendAsync(request, Cancellation);
        if (response.Headers.Location is not { } location)
        {
            return (null, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)} "
                + string.Join('\n', Logs.Errors));
        }

        Assert.StartsWith(Redirect, location.ToString(), StringComparison.Ordinal);
        var answer = HttpUtility.ParseQueryString(location.Query);
        return (answer["code"], answer["error"]);
    }

    /// <summary>A citizen who has signed in, claimed the code and consented to the app, and the app's code.</summary>
    public async Task<(string Session, string Code)> Grant(string appId, string idNumber, string scopes = AllScopes)
    {
        var session = await SignIn(idNumber);
        await Claim(session);
        await Consent(session, appId, scopes);
        var (code, error) = await Authorize(session, appId, scopes);
        Assert.True(error is null, error);
        return (session, code!);
    }

    /// <summary>As <see cref="Grant"/>, and the tokens that B.5 gives for the code.</summary>
    public async Task<(string Session, JsonNode Tokens)> Tokens(
        string appId, string idNumber, string scopes = AllScopes)
    {
        var (session, code) = await Grant(appId, idNumber, scopes);
        var answer = await Exchange(new { code, appId });
        Assert.Equal("PY0000", (string?)answer["code"]);
        return (session, answer["response"]!);
    }

    public Task<JsonNode> Exchange(object body) => Post("/api/v1/oauth/authorize", body);

    public async Task<T> Read<T>(Func<IssuingDbContext, Task<T>> read)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<IssuingDbContext>>()
            .CreateDbContextAsync(Cancellation);
        return await read(db);
    }

    public Task<long> Write(Func<ChangeUnit, Task> work) =>
        Services.GetRequiredService<ChangeWriter>().WriteAsync(work, Cancellation);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (_ownsFolder)
        {
            _folder.Dispose();
        }
    }
}
