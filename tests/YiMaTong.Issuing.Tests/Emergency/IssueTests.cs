using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Emergency;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Emergency;

public sealed class IssueTests
{
    private const string Path = "/api/v1/emergency/code";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Issue_HolderBound_VerifiesFromThePublishedDocumentsAlone()
    {
        await using var host = await EmergencyHost.StartAsync();
        var gate = await host.Gate();
        using var phone = EcdsaSigner.Create();
        var (_, token) = await host.Citizen();

        var answer = await host.Issue(token, phone);
        var text = HolderProof.Show(Convert.FromBase64String(answer.Response.Token), phone, host.Now);

        Assert.Equal("PY0000", answer.Code);
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(text, host.Now, out var code, sceneKind: 10));
        Assert.Equal(EmergencyForm.HolderBound, code.Form);
        Assert.Equal(new RegionCode(330100), code.Grant.Region);
        Assert.Equal(86_400u, code.Grant.Expires - code.Grant.NotBefore);
        Assert.Equal(43_200, answer.Response.RefreshAfter);
        Assert.Equal(11, answer.Response.SceneKinds.Count);
        Assert.False(answer.Response.HasPdfBase64);

        using var thief = EcdsaSigner.Create();
        var copied = HolderProof.Show(Convert.FromBase64String(answer.Response.Token), thief, host.Now);
        Assert.Equal(EmergencyStatus.HolderSignatureWrong, gate.Verify(copied, host.Now));
    }

    [Fact]
    public async Task Issue_Static_HasFewerRightsAndAPageToPrint()
    {
        await using var host = await EmergencyHost.StartAsync();
        var gate = await host.Gate();
        var (_, token) = await host.Citizen();

        var answer = await host.Issue(token);
        var text = answer.Response.Text;

        Assert.Equal(EmergencyStatus.Valid, gate.Verify(text, host.Now, out var code, sceneKind: 4));
        Assert.Equal(0ul, code.Grant.Tags);
        Assert.Equal(["a", "e"], answer.Response.SceneKinds);
        Assert.Equal(EmergencyStatus.SceneNotGranted, gate.Verify(text, host.Now, sceneKind: 2));
        Assert.Equal(EmergencyStatus.Expired, gate.Verify(text, host.Now + 14_400 + 30));
        Assert.Equal("PNG"u8, Convert.FromBase64String(answer.Response.QrcodeBase64).AsSpan(1, 3));
        Assert.Equal("%PDF", Encoding.ASCII.GetString(Convert.FromBase64String(answer.Response.PdfBase64), 0, 4));
    }

    [Fact]
    public async Task Issue_StaticAgain_VoidsTheFirstPaperButNoPhonesCode()
    {
        await using var host = await EmergencyHost.StartAsync();
        var gate = await host.Gate();
        using var phone = EcdsaSigner.Create();
        var (_, token) = await host.Citizen();
        var shown = await host.Show(token, phone);
        var first = (await host.Issue(token)).Response.Text;
        var second = (await host.Issue(token)).Response.Text;

        await host.Round();
        await host.Update(gate);

        Assert.Equal(EmergencyStatus.Revoked, gate.Verify(first, host.Now));
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(second, host.Now));
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(shown, host.Now));
    }

    [Fact]
    public async Task Issue_BeyondTheDaysShare_IsPy1008UntilTheDayIsOver()
    {
        await using var host = await EmergencyHost.StartAsync(
            ("Issuing:Emergency:PerCitizenPerDay", "3"), ("Issuing:Emergency:StaticPerCitizenPerDay", "1"));
        using var phone = EcdsaSigner.Create();
        var idNumber = ResidentNumber.Next();
        var (_, token) = await host.Citizen(idNumber);
        var (_, other) = await host.Citizen();
        var began = host.Inner.Time.GetUtcNow();

        Assert.Equal("PY0000", (await host.Issue(token)).Code);
        Assert.Equal("PY1008", (await host.Issue(token)).Code);
        Assert.Equal("PY0000", (await host.Issue(token, phone)).Code);
        Assert.Equal("PY0000", (await host.Issue(token, phone)).Code);
        Assert.Equal("PY1008", (await host.Issue(token, phone)).Code);
        Assert.Equal("PY0000", (await host.Issue(other, phone)).Code);
        Assert.Equal(4, await host.Inner.Read(db => db.EmergencyCodes.CountAsync()));

        // The day is the last 24 hours. When they are over, and no sooner, the share is whole again, and no more.
        host.Inner.Time.Advance(began.AddHours(23.9) - host.Inner.Time.GetUtcNow());
        (_, token) = await host.Citizen(idNumber);
        Assert.Equal("PY1008", (await host.Issue(token)).Code);
        Assert.Equal("PY1008", (await host.Issue(token, phone)).Code);
        host.Inner.Time.Advance(began.AddHours(24.1) - host.Inner.Time.GetUtcNow());
        Assert.Equal("PY0000", (await host.Issue(token)).Code);
        Assert.Equal("PY1008", (await host.Issue(token)).Code);
        Assert.Equal("PY0000", (await host.Issue(token, phone)).Code);
        Assert.Equal("PY0000", (await host.Issue(token, phone)).Code);
        Assert.Equal("PY1008", (await host.Issue(token, phone)).Code);
    }

    [Theory]
    [InlineData("""{}""", "form")]
    [InlineData("""{"form":7,"holderKey":""}""", "form")]
    [InlineData("""{"form":"EMERGENCY_CODE_FORM_HOLDER_BOUND"}""", "holderKey")]
    [InlineData("""{"form":"EMERGENCY_CODE_FORM_HOLDER_BOUND","holderKey":"AAAA"}""", "holderKey")]
    [InlineData("""{"form":"EMERGENCY_CODE_FORM_STATIC","holderKey":"AAAA"}""", "holderKey")]
    [InlineData("""{"form":"EMERGENCY_CODE_FORM_STATIC","isImage":"2"}""", "isImage")]
    [InlineData(
        """{"form":"EMERGENCY_CODE_FORM_HOLDER_BOUND","holderKey":"Av////////////////////////////////////////8="}""",
        "holderKey")]
    public async Task Issue_FieldAtFault_NamesIt(string form, string named)
    {
        await using var host = await EmergencyHost.StartAsync();
        var (_, token) = await host.Citizen();
        var body = JsonNode.Parse(form)!;
        body["accessToken"] = token;

        var answer = await host.Inner.Post(Path, body);

        Assert.Equal($"参数缺失或格式错误: {named}", (string?)answer["msg"]);
        Assert.Null(answer["response"]);
        Assert.Equal(0, await host.Inner.Read(db => db.EmergencyCodes.CountAsync()));
    }

    [Fact]
    public async Task Issue_WhoMayNot_IsRefusedAsInB1()
    {
        await using var host = await EmergencyHost.StartAsync();
        await host.Inner.PutChannel("channel", "CHANNEL");
        var id = ResidentNumber.Next();
        var (session, token) = await host.Citizen(id);
        var (_, channel) = await host.Inner.Tokens("channel", ResidentNumber.Next());

        Assert.Equal("PY1002", (await host.Issue("no token")).Code);
        Assert.Equal("PY1003", (await host.Issue((string)channel["accessToken"]!)).Code);
        await host.Inner.Post("/api/v1/citizen/consents/withdraw", new { appId = "" }, session);
        Assert.Equal("PY1005", (await host.Issue(token)).Code);
        await Freeze(host, id);
        Assert.Equal("PY1007", (await host.Issue(token)).Code);
    }

    [Fact]
    public async Task Issue_ClaimForSomeKindsUntilSoon_GrantsNoMore()
    {
        await using var host = await EmergencyHost.StartAsync();
        var gate = await host.Gate();
        using var phone = EcdsaSigner.Create();
        var (session, token) = await host.Citizen();
        var until = host.Inner.Time.GetUtcNow().AddHours(1);
        await host.Inner.Post(
            "/api/v1/citizen/claim",
            new { sceneKinds = new[] { "c" }, fields = new[] { "conceal_name" }, until = until.ToString("O") },
            session);

        var text = await host.Show(token, phone);

        Assert.Equal(EmergencyStatus.Valid, gate.Verify(text, host.Now, out var code, sceneKind: 2));
        Assert.Equal(4, code.Grant.SceneKinds);
        Assert.Equal(0ul, code.Grant.Tags);
        Assert.True(code.Grant.Expires <= until.ToUnixTimeSeconds());
        Assert.Equal("PY1003", (await host.Issue(token)).Code);
    }

    [Fact]
    public async Task Issue_DatabaseIsAway_IsPy1998AndThePlaceIsGivenBack()
    {
        await using var host = await EmergencyHost.StartAsync();
        var (_, token) = await host.Citizen();
        host.TakeDatabaseAway();

        Assert.Equal("PY1998", (await host.Issue(token)).Code);

        host.BringDatabaseBack();
        Assert.Equal("PY0000", (await host.Issue(token)).Code);
    }

    [Fact]
    public async Task Issue_UnusuallyMany_RaisesTheAlarmOnce()
    {
        await using var host = await EmergencyHost.StartAsync(("Issuing:Emergency:AlarmPerMinute", "2"));
        using var phone = EcdsaSigner.Create();
        var (_, token) = await host.Citizen();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("PY0000", (await host.Issue(token, phone)).Code);
        }

        var alarm = Assert.Single(
            host.Inner.Logs.Errors, line => line.Contains("Unusual issuance", StringComparison.Ordinal));
        Assert.Contains("3 emergency codes within a minute", alarm, StringComparison.Ordinal);
        Assert.Equal(1, host.Inner.Services.GetRequiredService<IssuanceAlarm>().Raised);

        // It ends by the clock, though nobody asks for a code any more.
        host.Inner.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, host.Inner.Services.GetRequiredService<IssuanceAlarm>().Raised);
    }

    private static async Task Freeze(EmergencyHost host, string idNumber)
    {
        var registry = new CitizenRegistryService.CitizenRegistryServiceClient(host.Channel);
        var answer = await registry.PutCitizenAsync(
            new PutCitizenRequest
            {
                IdNumber = idNumber,
                Name = "张三",
                RealNameVerified = true,
                State = CitizenState.Frozen,
            },
            EmergencyHost.Operator.WithCancellationToken(Cancellation));
        Assert.Equal("PY0000", answer.Code);
    }
}
