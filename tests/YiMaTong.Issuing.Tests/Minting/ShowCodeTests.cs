using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Online;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace YiMaTong.Issuing.Tests.Minting;

/// <summary>B.1, B.2 and B.3: each refusal by its return code.</summary>
public sealed class ShowCodeTests
{
    private const string B1 = "/api/v1/qrcode/generate";
    private const string B2 = "/api/v1/user/tags";
    private const string B3 = "/api/v1/channel/qrcode";

    [Theory]
    [InlineData(B1)]
    [InlineData(B2)]
    [InlineData(B3)]
    public async Task AnyCall_WithoutALiveToken_IsPy1002(string path)
    {
        await using var host = await Host();
        var (_, tokens) = await host.Tokens("channel", ResidentNumber.Next());
        string[] wrong =
        [
            "", "x", new string('a', 513), (string)tokens["refreshToken"]!, (string)tokens["accessToken"]! + "x",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
        ];
        foreach (var accessToken in wrong)
        {
            Assert.Equal("PY1002", Code(await host.Post(path, new { accessToken })));
        }

        Assert.Equal("PY1002", Code(await host.Post(path, new { })));
        Assert.Empty(host.Logs.Errors);
    }

    [Fact]
    public async Task ShowCode_ExpiredToken_IsPy1002()
    {
        await using var host = await Host();
        var token = await Token(host);
        host.Time.Advance(TimeSpan.FromSeconds(7199));
        Assert.Equal("PY0000", Code(await host.Post(B3, new { accessToken = token })));
        host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("PY1002", Code(await host.Post(B3, new { accessToken = token })));
    }

    [Fact]
    public async Task ShowCode_RevokedToken_IsPy1002()
    {
        await using var host = await Host();
        var token = await Token(host);

        await host.PostForm("/oauth2/revoke", ("client_id", "channel"), ("token", token));

        Assert.Equal("PY1002", Code(await host.Post(B3, new { accessToken = token })));
    }

    [Fact]
    public async Task ShowCode_InterfaceOfTheOtherKindOrAppNotInUse_IsPy1003()
    {
        await using var host = await Host();
        await host.PutChannel("app", "PLATFORM");
        var channel = await Token(host);
        var (_, tokens) = await host.Tokens("app", ResidentNumber.Next());

        Assert.Equal("PY1003", Code(await host.Post(B1, new { accessToken = channel })));
        Assert.Equal("PY1003", Code(await host.Post(B3, new { accessToken = (string)tokens["accessToken"]! })));
        await host.PutChannel("channel", "CHANNEL", active: false);
        Assert.Equal("PY1003", Code(await host.Post(B3, new { accessToken = channel })));
        Assert.Equal("PY1003", Code(await host.Post(B2, new { accessToken = channel })));
    }

    [Fact]
    public async Task ShowCode_CitizenNotVerifiedOrFrozenOrClosed_IsRefusedByCode()
    {
        await using var host = await Host();
        var token = await Token(host);

        await Alter(host, citizen => citizen.RealNameVerified = false);
        Assert.Equal(("PY1004", "PY1004"), await ShowAndTags(host, token));
        await Alter(host, citizen => (citizen.RealNameVerified, citizen.State) = (true, CitizenState.Frozen));
        Assert.Equal(("PY1007", "PY1007"), await ShowAndTags(host, token));
        await Alter(host, citizen => citizen.State = CitizenState.Closed);
        Assert.Equal(("PY1007", "PY1007"), await ShowAndTags(host, token));
        await Alter(host, citizen => citizen.State = CitizenState.Active);
        Assert.Equal(("PY0000", "PY0000"), await ShowAndTags(host, token));
    }

    [Fact]
    public async Task ShowCode_ClaimWithdrawn_IsPy1005UntilClaimedAgain()
    {
        await using var host = await Host();
        var (session, tokens) = await host.Tokens("channel", ResidentNumber.Next());
        var token = (string)tokens["accessToken"]!;

        await host.Post("/api/v1/citizen/consents/withdraw", new { }, session);

        Assert.Equal(("PY1005", "PY1005"), await ShowAndTags(host, token));
        await host.Claim(session);
        Assert.Equal(("PY0000", "PY0000"), await ShowAndTags(host, token));
    }

    [Fact]
    public async Task ShowCode_ConsentRunsOut_IsPy1006()
    {
        await using var host = await Host();
        var session = await host.SignIn(ResidentNumber.Next());
        await host.Claim(session);
        var until = host.Time.GetUtcNow().AddSeconds(60).ToString("yyyy-MM-ddTHH:mm:ssZ");
        await host.Post(
            "/api/v1/citizen/consents", new { appId = "channel", scopes = new[] { "qrcode", "tags" }, until }, session);
        var (code, _) = await host.Authorize(session, "channel", "qrcode tags");
        var token = (string)(await host.Exchange(new { code, appId = "channel" }))["response"]!["accessToken"]!;
        Assert.Equal(("PY0000", "PY0000"), await ShowAndTags(host, token));

        host.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(("PY1006", "PY1006"), await ShowAndTags(host, token));
    }

    [Fact]
    public async Task ShowCode_TokenLacksTheScope_IsPy1006()
    {
        await using var host = await Host();
        var (_, qrcodeOnly) = await host.Tokens("channel", ResidentNumber.Next(), "qrcode");
        var (_, tagsOnly) = await host.Tokens("channel", ResidentNumber.Next(), "tags");

        Assert.Equal(("PY0000", "PY1006"), await ShowAndTags(host, (string)qrcodeOnly["accessToken"]!));
        Assert.Equal(("PY1006", "PY0000"), await ShowAndTags(host, (string)tagsOnly["accessToken"]!));
    }

    [Theory]
    [InlineData(null, null, "PY1001", "latitude")]
    [InlineData("30.1", null, "PY1001", "longitude")]
    [InlineData(null, "120.1", "PY1001", "latitude")]
    [InlineData("", "", "PY1001", "latitude")]
    [InlineData("north", "120.1", "PY1009", null)]
    [InlineData("30,1", "120.1", "PY1009", null)]
    [InlineData("1e1", "120.1", "PY1009", null)]
    [InlineData(" 30.1", "120.1", "PY1009", null)]
    [InlineData("30.1234567891", "120.1", "PY1009", null)]
    [InlineData("90.000000001", "120.1", "PY1009", null)]
    [InlineData("30.1", "-180.1", "PY1009", null)]
    [InlineData("29.9", "120.1", "PY1009", null)]
    [InlineData("30.274085", "120.155070", "PY0000", null)]
    [InlineData("30.123456789", "120.1", "PY0000", null)]
    public async Task ShowCode_PositionRequired_IsChecked(
        string? latitude, string? longitude, string expected, string? field)
    {
        await using var host = await CitizenHost.StartAsync(("Issuing:ServiceArea:MinLatitude", "30"));
        await host.PutChannel("channel", "CHANNEL", position: true);
        var accessToken = await Token(host);

        var answer = await host.Post(B3, new { accessToken, latitude, longitude, isImage = "0" });

        Assert.Equal(expected, Code(answer));
        Assert.True(field is null || ((string)answer["msg"]!).EndsWith(": " + field, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, null, "PY0000")]
    [InlineData("", "", "PY0000")]
    [InlineData("30.1", null, "PY1001")]
    [InlineData("91", "1", "PY1009")]
    public async Task ShowCode_PositionOptional_IsCheckedWhereItIsGiven(
        string? latitude, string? longitude, string expected)
    {
        await using var host = await Host();
        var accessToken = await Token(host);

        Assert.Equal(expected, Code(await host.Post(B3, new { accessToken, latitude, longitude })));
    }

    [Theory]
    [InlineData("isImage", "2", "PY1001")]
    [InlineData("isImage", "true", "PY1001")]
    [InlineData("isImage", "1", "PY0000")]
    [InlineData("qrcodeType", "gj", "PY0000")]
    [InlineData("qrcodeType", "ty", "PY1010")]
    [InlineData("qrcodeType", "GJ", "PY1010")]
    public async Task ShowCode_Switches_AreChecked(string field, string value, string expected)
    {
        await using var host = await Host();
        var body = new JsonObject { ["accessToken"] = await Token(host), [field] = value };

        Assert.Equal(expected, Code(await host.Post(B3, body)));
    }

    [Fact]
    public async Task ShowCode_BurstSpent_IsPy1008UntilTheBucketFills()
    {
        await using var host = await CitizenHost.StartAsync(
            ("Issuing:Minting:PerCitizenBurst", "3"), ("Issuing:Minting:PerCitizenPerSecond", "1"));
        await host.PutChannel("channel", "CHANNEL");
        var accessToken = await Token(host);
        var other = await Token(host);
        async Task<string?> Show(string token) => Code(await host.Post(B3, new { accessToken = token, isImage = "0" }));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("PY0000", await Show(accessToken));
        }

        Assert.Equal("PY1008", await Show(accessToken));
        Assert.Equal("PY0000", await Show(other));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("PY0000", await Show(accessToken));
        Assert.Equal("PY1008", await Show(accessToken));
    }

    [Fact]
    public async Task RevokeCodes_VoidsWhatWasMintedInTheSameSecond_AndTheNextCodeHolds()
    {
        await using var host = await Host();
        var (session, tokens) = await host.Tokens("channel", ResidentNumber.Next());
        var before = await Mint(host, tokens);

        var revoked = await host.Post("/api/v1/citizen/codes/revoke", new { }, session);

        Assert.Equal("PY0000", Code(revoked));
        var after = await Mint(host, tokens);
        var citizen = await host.Read(db => db.Citizens.AsNoTracking().SingleAsync());
        Assert.True(before.IssuedAt < citizen.ValidFrom, $"{before.IssuedAt} {citizen.ValidFrom}");
        Assert.Equal(citizen.ValidFrom, after.IssuedAt);
        Assert.Equal((ulong)citizen.Revision, (ulong)revoked["response"]!["revision"]!);
    }

    private static async Task<OpenedCode> Mint(CitizenHost host, JsonNode tokens)
    {
        var answer = await host.Post(B3, new { accessToken = (string)tokens["accessToken"]!, isImage = "0" });
        var key =
            await host.Services.GetRequiredService<MintingKeys>().CurrentAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            CodeOpenStatus.Opened,
            OnlineCode.Open(CodeKeyRing.Empty.With(key), (string)answer["response"]!["qrcode"]!, out var opened));
        return opened;
    }

    private static async Task<CitizenHost> Host()
    {
        var host = await CitizenHost.StartAsync();
        await host.PutChannel("channel", "CHANNEL");
        return host;
    }

    private static async Task<string> Token(CitizenHost host)
    {
        var (_, tokens) = await host.Tokens("channel", ResidentNumber.Next());
        return (string)tokens["accessToken"]!;
    }

    private static async Task<(string? Show, string? Tags)> ShowAndTags(CitizenHost host, string accessToken) => (
        Code(await host.Post(B3, new { accessToken, isImage = "0" })),
        Code(await host.Post(B2, new { accessToken })));

    private static Task<long> Alter(CitizenHost host, Action<Citizen> alter) =>
        host.Write(async unit => alter(await unit.Db.Citizens.SingleAsync()));

    private static string? Code(JsonNode answer) => (string?)answer["code"];
}
