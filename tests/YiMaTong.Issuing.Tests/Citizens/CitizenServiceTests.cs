using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Citizens;

public sealed class CitizenServiceTests
{
    private const string Sessions = "/api/v1/citizen/sessions";

    [Fact]
    public async Task Authenticate_TwiceTheSamePerson_IsOneCitizenWithTwoSessions()
    {
        await using var host = await CitizenHost.StartAsync();
        var idNumber = ResidentNumber.Next();

        var first = await host.SignIn(idNumber);
        await host.Claim(first);
        var second = await host.Post(Sessions, new { idNumber, name = "张三" });

        Assert.True((bool)second["response"]!["claimed"]!);
        Assert.Equal(1800, (int)second["response"]!["expiresIn"]!);
        Assert.NotEqual(first, (string?)second["response"]!["sessionToken"]);
        var citizen = await host.Read(db => db.Citizens.AsNoTracking().SingleAsync());
        Assert.True(citizen.RealNameVerified);
        Assert.NotEqual(0UL, citizen.Handle);
        var hashes = await host.Read(db => db.CitizenSessions.Select(row => row.TokenHash).ToListAsync());
        Assert.Equal(2, hashes.Count);
        Assert.Contains(hashes, hash => hash.SequenceEqual(FieldSealer.TokenHash(first)));
    }

    [Theory]
    [InlineData("990000192001011234", "张三", "", "PY1001", "idNumber")]
    [InlineData("", "张三", "", "PY1001", "idNumber")]
    [InlineData(null, "", "", "PY1001", "name")]
    [InlineData(null, "张三", "12ab5", "PY1001", "phone")]
    public async Task Authenticate_BadParameter_IsNamed(
        string? idNumber, string name, string phone, string expected, string field)
    {
        await using var host = await CitizenHost.StartAsync();

        var answer = await host.Post(Sessions, new { idNumber = idNumber ?? ResidentNumber.Next(), name, phone });

        Assert.Equal(expected, Code(answer));
        Assert.EndsWith(": " + field, (string)answer["msg"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authenticate_PersonTheAuthorityDoesNotKnow_IsPy1004AndRegistersNobody()
    {
        await using var host = await CitizenHost.StartAsync();

        var answer = await host.Post(Sessions, new { idNumber = ResidentNumber.Next("980000"), name = "张三" });

        Assert.Equal("PY1004", Code(answer));
        Assert.Equal(0, await host.Read(db => db.Citizens.CountAsync()));
    }

    [Theory]
    [InlineData(CitizenState.Frozen)]
    [InlineData(CitizenState.Closed)]
    public async Task Authenticate_FrozenOrClosed_IsPy1007(object state)
    {
        await using var host = await CitizenHost.StartAsync();
        var idNumber = ResidentNumber.Next();
        var session = await host.SignIn(idNumber);
        await host.Write(async unit => (await unit.Db.Citizens.SingleAsync()).State = (CitizenState)state);

        Assert.Equal("PY1007", Code(await host.Post(Sessions, new { idNumber, name = "张三" })));
        Assert.Equal("PY1007", Code(await host.Post("/api/v1/citizen/claim", new { }, session)));
    }

    [Fact]
    public async Task Authenticate_OneNumberTooOften_IsPy1008()
    {
        await using var host = await CitizenHost.StartAsync(("Issuing:Citizens:AuthenticationsPerMinute", "2"));
        var idNumber = ResidentNumber.Next();
        await host.SignIn(idNumber);
        await host.SignIn(idNumber);

        Assert.Equal("PY1008", Code(await host.Post(Sessions, new { idNumber, name = "李四" })));
        await host.SignIn(ResidentNumber.Next());
        host.Time.Advance(TimeSpan.FromSeconds(30));
        await host.SignIn(idNumber);
    }

    [Fact]
    public async Task EveryAct_WithoutALiveSession_IsPy1002()
    {
        await using var host = await CitizenHost.StartAsync();
        var session = await host.SignIn(ResidentNumber.Next());
        host.Time.Advance(TimeSpan.FromSeconds(1800));
        foreach (var bearer in new[] { null, "x", session, session[..^1] })
        {
            Assert.Equal("PY1002", Code(await host.Post("/api/v1/citizen/claim", new { }, bearer)));
            Assert.Equal("PY1002", Code(await host.Post("/api/v1/citizen/consents", new { }, bearer)));
            Assert.Equal("PY1002", Code(await host.Post("/api/v1/citizen/consents/withdraw", new { }, bearer)));
            Assert.Equal("PY1002", Code(await host.Post("/api/v1/citizen/codes/revoke", new { }, bearer)));
            Assert.Equal("PY1002", Code(await host.Get("/api/v1/citizen/consents", bearer)));
        }
    }

    [Theory]
    [InlineData("""{"fields":["phone"]}""", "fields")]
    [InlineData("""{"sceneKinds":["l"]}""", "sceneKinds")]
    [InlineData("""{"sceneKinds":["ab"]}""", "sceneKinds")]
    [InlineData("""{"until":"2020-01-01T00:00:00Z"}""", "until")]
    public async Task Claim_BadParameter_IsNamed(string body, string field)
    {
        await using var host = await CitizenHost.StartAsync();
        var session = await host.SignIn(ResidentNumber.Next());

        var answer = await host.Post("/api/v1/citizen/claim", JsonNode.Parse(body)!, session);

        Assert.Equal("PY1001", Code(answer));
        Assert.EndsWith(": " + field, (string)answer["msg"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claim_Again_EndsTheFirstEntryAndRaisesTheRevision()
    {
        await using var host = await CitizenHost.StartAsync();
        var session = await host.SignIn(ResidentNumber.Next());
        var first = await host.Post("/api/v1/citizen/claim", new { }, session);

        var second = await host.Post(
            "/api/v1/citizen/claim", new { fields = new[] { "tags" }, sceneKinds = new[] { "a", "k" } }, session);

        Assert.Equal(
            (long)first["response"]!["revision"]! + 1, (long)second["response"]!["revision"]!);
        var ledger = (await host.Get("/api/v1/citizen/consents", session))["response"]!.AsArray();
        Assert.Equal(2, ledger.Count);
        Assert.Equal(["tags"], ledger[0]!["scopes"]!.AsArray().Select(scope => (string?)scope));
        Assert.Equal(["a", "k"], ledger[0]!["sceneKinds"]!.AsArray().Select(kind => (string?)kind));
        Assert.Null(ledger[0]!["endedAt"]);
        Assert.Equal(11, ledger[1]!["sceneKinds"]!.AsArray().Count);
        Assert.NotNull(ledger[1]!["endedAt"]);
    }

    [Fact]
    public async Task Withdraw_Claim_VoidsCodesOnceAndIsIdempotent()
    {
        await using var host = await CitizenHost.StartAsync();
        var session = await host.SignIn(ResidentNumber.Next());
        await host.Claim(session);

        var first = await host.Post("/api/v1/citizen/consents/withdraw", new { }, session);
        var validFrom = await host.Read(db => db.Citizens.Select(row => row.ValidFrom).SingleAsync());
        host.Time.Advance(TimeSpan.FromSeconds(10));
        var second = await host.Post("/api/v1/citizen/consents/withdraw", new { }, session);

        Assert.Equal(host.Time.GetUtcNow().ToUnixTimeSeconds() - 10 + 1, validFrom);
        Assert.Equal("PY0000", Code(second));
        Assert.Equal((long)first["response"]!["revision"]!, (long)second["response"]!["revision"]!);
        Assert.Equal(validFrom, await host.Read(db => db.Citizens.Select(row => row.ValidFrom).SingleAsync()));
    }

    [Fact]
    public async Task Consent_IsCheckedAndReplacesTheEarlierOne()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "CHANNEL", "qrcode tags");
        await host.PutChannel("off", "CHANNEL", active: false);
        var session = await host.SignIn(ResidentNumber.Next());
        async Task<string?> Consent(string appId, params string[] scopes) =>
            Code(await host.Post("/api/v1/citizen/consents", new { appId, scopes }, session));

        Assert.Equal("PY1001", await Consent("", "qrcode"));
        Assert.Equal("PY1001", await Consent("app"));
        Assert.Equal("PY3001", await Consent("nobody", "qrcode"));
        Assert.Equal("PY3002", await Consent("off", "qrcode"));
        Assert.Equal("PY3009", await Consent("app", "id_card"));
        Assert.Equal("PY3009", await Consent("app", "everything"));
        Assert.Equal("PY0000", await Consent("app", "qrcode"));
        Assert.Equal("PY0000", await Consent("app", "tags"));

        var rows = await host.Read(db => db.Consents.AsNoTracking().OrderBy(row => row.Id).ToListAsync());
        Assert.Equal(["qrcode", "tags"], rows.Select(row => row.Scopes));
        Assert.NotNull(rows[0].EndedAt);
        Assert.Null(rows[1].EndedAt);
        Assert.Equal("PY1001", Code(await host.Post(
            "/api/v1/citizen/consents/withdraw", new { appId = "nobody" }, session)));
    }

    private static string? Code(JsonNode answer) => (string?)answer["code"];
}
