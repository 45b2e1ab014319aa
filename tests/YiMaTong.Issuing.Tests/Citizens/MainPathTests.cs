using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Codes.Online;
using YiMaTong.Issuing.Platform;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Citizens;

public sealed class MainPathTests
{
    [Fact]
    public async Task Channel_WithConsent_ShowsACodeThatOpensToTheCitizen()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("channel", "CHANNEL");
        var idNumber = ResidentNumber.Next();
        var (_, tokens) = await host.Tokens("channel", idNumber);

        var answer = await host.Post("/api/v1/channel/qrcode", new { accessToken = (string)tokens["accessToken"]! });

        Assert.Equal("PY0000", (string?)answer["code"]);
        var response = answer["response"]!;
        Assert.Equal("gj", (string?)response["qrcodeType"]);
        Assert.Equal("2026-03-01 16:00:00", (string?)response["serverTime"]);
        Assert.Equal("2026-03-01 16:01:00", (string?)response["expireTime"]);
        Assert.Equal(45, (int)response["refreshAfter"]!);
        Assert.Equal("*三", (string?)response["concealName"]);
        Assert.Equal($"{idNumber[0]}**************{idNumber[^1]}", (string?)response["concealCard"]);
        Assert.Equal(idNumber, (string?)response["idCard"]);
        Assert.Equal("张三", (string?)response["userName"]);
        var png = Convert.FromBase64String((string)response["qrcodeBase64"]!);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);

        var keys = host.Services.GetRequiredService<MintingKeys>();
        var key = await keys.CurrentAsync(TestContext.Current.CancellationToken);
        var status = OnlineCode.Open(CodeKeyRing.Empty.With(key), (string)response["qrcode"]!, out var opened);
        Assert.Equal(CodeOpenStatus.Opened, status);
        var citizen = await host.Read(db => db.Citizens.AsNoTracking().SingleAsync());
        Assert.Equal(citizen.Handle, opened.Payload.Handle);
        Assert.Equal(60, opened.Payload.LifeSeconds);
        Assert.Equal(await host.Read(db => db.Channels.Select(row => row.Id).SingleAsync()), opened.Payload.Channel);
        Assert.Empty(host.Logs.Errors);
    }

    [Fact]
    public async Task PlatformApp_B1_ShowsNeitherNameNorNumber()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "PLATFORM");
        var (_, tokens) = await host.Tokens("app", ResidentNumber.Next());

        var answer = await host.Post(
            "/api/v1/qrcode/generate", new { accessToken = (string)tokens["accessToken"]!, isImage = "0" });

        Assert.Equal("PY0000", (string?)answer["code"]);
        var response = answer["response"]!.AsObject();
        Assert.Equal(
            ["concealCard", "concealName", "expireTime", "qrcode", "qrcodeType", "refreshAfter", "serverTime"],
            response.Select(field => field.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task UserTags_CitizenHoldsTwoOfThree_AscendAndLeaveOutTheInactive()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("app", "PLATFORM");
        var (_, tokens) = await host.Tokens("app", ResidentNumber.Next());
        await host.Write(async unit =>
        {
            unit.Db.Tags.Add(new()
            {
                Number = 9,
                Key = "veteran",
                Text = "退役军人",
                Icon = "/i.png",
                BackgroundColor = 3,
            });
            unit.Db.Tags.Add(new() { Number = 2, Key = "talent-e", Text = "E类人才" });
            unit.Db.Tags.Add(new() { Number = 5, Key = "old", Text = "旧", Active = false });
            unit.Db.Tags.Add(new() { Number = 7, Key = "student", Text = "学生" });
            (await unit.Db.Citizens.SingleAsync()).HandTags = (1UL << 8) | (1UL << 1) | (1UL << 4);
        });

        var answer = await host.Post("/api/v1/user/tags", new { accessToken = (string)tokens["accessToken"]! });

        Assert.Equal("PY0000", (string?)answer["code"]);
        var tags = answer["response"]!.AsArray();
        Assert.Equal([2, 9], tags.Select(tag => (int)tag!["no"]!));
        Assert.Equal("退役军人", (string?)tags[1]!["text"]);
        Assert.Equal(3, (int)tags[1]!["backgroundColor"]!);
    }

    [Theory]
    [InlineData("qrcode tags id_card user_name", "qrcode tags", false, false)]
    [InlineData("qrcode tags", "qrcode tags id_card user_name", false, false)]
    [InlineData("qrcode user_name id_card", "qrcode user_name", false, true)]
    [InlineData("qrcode user_name id_card", "qrcode id_card", true, false)]
    public async Task ChannelCode_ScopesOfRegistrationAndConsent_DecideIdentity(
        string later, string consented, bool number, bool name)
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("channel", "CHANNEL");
        var (session, tokens) = await host.Tokens("channel", ResidentNumber.Next());
        await host.Consent(session, "channel", consented);
        await host.PutChannel("channel", "CHANNEL", later);

        var answer = await host.Post("/api/v1/channel/qrcode", new { accessToken = (string)tokens["accessToken"]! });

        Assert.Equal("PY0000", (string?)answer["code"]);
        Assert.Equal(number, (string)answer["response"]!["idCard"]! != "");
        Assert.Equal(name, (string)answer["response"]!["userName"]! != "");
    }

    [Fact]
    public async Task ChannelCode_OneCall_CostsTwoQueries()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("channel", "CHANNEL");
        var (_, tokens) = await host.Tokens("channel", ResidentNumber.Next());
        var body = new { accessToken = (string)tokens["accessToken"]!, isImage = "0" };
        await host.Post("/api/v1/channel/qrcode", body);
        var before = Queries();

        await host.Post("/api/v1/channel/qrcode", body);

        // The token with its authorisation, and how citizen and app stand.
        Assert.Equal(2, Queries() - before);

        int Queries() => host.Logs.Count("Microsoft.EntityFrameworkCore.Database.Command", "Executed DbCommand");
    }

    [Fact]
    public async Task WholePath_AtEveryLevel_LogsNothingPersonal()
    {
        await using var host = await CitizenHost.StartAsync();
        await host.PutChannel("channel", "CHANNEL");
        var idNumber = ResidentNumber.Next();
        var (session, tokens) = await host.Tokens("channel", idNumber);
        var token = (string)tokens["accessToken"]!;
        var shown = await host.Post("/api/v1/channel/qrcode", new { accessToken = token });
        var refreshed = await host.PostForm(
            "/oauth2/token", ("grant_type", "refresh_token"), ("client_id", "channel"),
            ("refresh_token", (string)tokens["refreshToken"]!));
        await host.PostForm(
            "/oauth2/introspect", ("client_id", "channel"), ("token", (string)refreshed["access_token"]!));
        await host.PostForm(
            "/oauth2/token", ("grant_type", "authorization_code"), ("client_id", "channel"), ("code", token));

        var logs = host.Logs.TextAt(LogLevel.Information);
        Assert.Contains("OpenIddict", logs, StringComparison.Ordinal);
        string[] secrets =
        [
            idNumber, "张三", "13900000000", session, token, (string)tokens["refreshToken"]!,
            (string)refreshed["access_token"]!, (string)refreshed["refresh_token"]!,
            (string)shown["response"]!["qrcode"]!,
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, logs, StringComparison.Ordinal));
    }
}
