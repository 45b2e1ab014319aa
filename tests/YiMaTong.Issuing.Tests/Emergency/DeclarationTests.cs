using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Emergency;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Testing;
using Wire = YiMaTong.Contracts.Platform.V1.Emergency;

namespace YiMaTong.Issuing.Tests.Emergency;

public sealed class DeclarationTests
{
    private const string Path = "/api/v1/platform/emergencies";

    private static readonly RegionCode Place = new(330106);

    [Fact]
    public async Task Declare_ThenEnd_IsInForceInBetween()
    {
        await using var host = await EmergencyHost.StartAsync();
        var gate = await host.Gate();
        Assert.Equal(DeclarationStanding.NotDeclared, Standing(gate, host));

        var first = await Declare(host, Form(host));
        var again = await Declare(host, Form(host));
        await host.Update(gate);
        Assert.Equal("PY0000", first.Code);
        Assert.Equal(first, again);
        Assert.Equal(DeclarationStanding.InForce, Standing(gate, host));
        Assert.Equal(DeclarationStanding.AnotherScene, Standing(gate, host, sceneKind: 3));
        var notice = Assert.Single(await Notices(host))!;
        Assert.Equal("emergency-outage", (string?)notice["id"]);

        host.Inner.Time.Advance(TimeSpan.FromMinutes(1));
        var ended = await End(host, "outage");
        var twice = await End(host, "outage");
        await host.Update(gate);
        Assert.Equal(ended, twice);
        Assert.True(ended.Response.Revision > first.Response.Revision);
        host.Inner.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(DeclarationStanding.Over, Standing(gate, host));
        Assert.NotNull(Assert.Single(await Notices(host))!["closedAt"]);
        Assert.Equal("PY1003", (await Declare(host, Form(host))).Code);
    }

    [Fact]
    public async Task Declare_Ahead_TellsCitizensWhenItBegins()
    {
        await using var host = await EmergencyHost.StartAsync();
        var form = Form(host);
        form.Start = new Timestamp { Seconds = host.Now + 600 };
        await Declare(host, form);
        Assert.Empty(await Notices(host));

        await host.Round(601);
        Assert.Null(Assert.Single(await Notices(host))!["closedAt"]);
        await host.Round(3600);
        Assert.NotNull(Assert.Single(await Notices(host))!["closedAt"]);
    }

    [Fact]
    public async Task Declare_DatabaseIsAway_IsSignedAtOnceAndOutlivesTheRestart()
    {
        using var folder = new TempDirectory();
        GateTrust gate;
        await using (var host = await EmergencyHost.StartInAsync(folder))
        {
            gate = await host.Gate();
            host.TakeDatabaseAway();
            Assert.Equal("PY0000", (await Declare(host, Form(host))).Code);
            await host.Update(gate);
            Assert.Equal(DeclarationStanding.InForce, Standing(gate, host));
            host.BringDatabaseBack();
        }

        await using var restarted = await EmergencyHost.StartInAsync(folder);
        await restarted.Update(gate);
        Assert.Equal(DeclarationStanding.InForce, Standing(gate, restarted));
        Assert.Equal(DeclarationStanding.InForce, Standing(await restarted.Gate(), restarted));
    }

    [Theory]
    [InlineData("Outage", "{}", "emergencyId")]
    [InlineData("outage", """{"region":"3301"}""", "region")]
    [InlineData("outage", """{"sceneKinds":["l"]}""", "sceneKinds")]
    [InlineData("outage", """{"start":"2026-03-01T08:00:00.5Z"}""", "start")]
    [InlineData("outage", """{"end":"2026-03-01T07:00:00Z"}""", "end")]
    [InlineData("outage", """{"end":"2026-05-01T07:00:00Z"}""", "end")]
    [InlineData("outage", """{"end":null}""", "end")]
    [InlineData("outage", """{"textZh":"a\u0000b"}""", "textZh")]
    public async Task Declare_FieldAtFault_NamesIt(string id, string alterations, string named)
    {
        await using var host = await EmergencyHost.StartAsync();
        var form = new JsonObject { ["region"] = "330100", ["end"] = "2026-03-01T12:00:00Z" };
        foreach (var (name, value) in JsonNode.Parse(alterations)!.AsObject())
        {
            form[name] = value?.DeepClone();
        }

        var answer = await host.Inner.Post($"{Path}/{id}", form, CitizenHost.OperatorToken, HttpMethod.Put);

        Assert.Equal($"参数缺失或格式错误: {named}", (string?)answer["msg"]);
        Assert.Empty((await host.Gate()).Declarations.All);
    }

    // Gates hold 256: one more would be declared here and count nowhere.
    [Fact]
    public async Task Declare_MoreThanGatesHold_IsRefusedUntilOldOnesMayGo()
    {
        await using var host = await EmergencyHost.StartAsync();
        var book = host.Inner.Services.GetRequiredService<DeclarationBook>();
        for (var number = 0; number < EmergencyDeclarations.CountMax; number++)
        {
            Assert.NotNull(book.Put(new DeclarationRecord
            {
                Id = $"ended-{number}",
                Region = "330100",
                SceneKinds = 1,
                Start = host.Now,
                End = host.Now + 60,
            }));
            book.End($"ended-{number}");
        }

        Assert.Equal("PY1003", (await Declare(host, Form(host))).Code);
        await host.Round(7 * 86_400 + 61);
        Assert.Equal("PY0000", (await Declare(host, Form(host))).Code);
        var gate = await host.Gate();
        Assert.Equal(DeclarationStanding.InForce, Standing(gate, host));
    }

    [Fact]
    public async Task EveryCall_WithoutToken_IsPy1002()
    {
        await using var host = await EmergencyHost.StartAsync();
        var answers = new[]
        {
            await host.Inner.Post($"{Path}/outage", new { }, null, HttpMethod.Put),
            await host.Inner.Post($"{Path}/outage/end", new { }),
            await host.Inner.Get(Path),
            await host.Inner.Get("/api/v1/platform/emergency-keys"),
            await host.Inner.Post("/api/v1/platform/emergency-keys/rotate", new { role = 1 }),
            await host.Inner.Post("/api/v1/platform/emergency-keys/00000000/revoke", new { }),
            await host.Inner.Get("/api/v1/platform/offline-scans/report?fromDay=20260301"),
        };

        Assert.All(answers, answer => Assert.Equal("PY1002", (string?)answer["code"]));
    }

    internal static Wire Form(EmergencyHost host) => new()
    {
        EmergencyId = "outage",
        Region = "330100",
        SceneKinds = { "a", "b" },
        End = new Timestamp { Seconds = host.Now + 3600 },
        TextEn = "Use your emergency code.",
    };

    private static DeclarationStanding Standing(GateTrust gate, EmergencyHost host, int sceneKind = 0) =>
        gate.Declarations.StandingAt(Place, sceneKind, host.Now, 30);

    private static async Task<DeclareEmergencyResponse> Declare(EmergencyHost host, Wire form) =>
        await host.Emergencies.DeclareEmergencyAsync(
            new DeclareEmergencyRequest { Emergency = form }, EmergencyHost.Operator);

    private static async Task<EndEmergencyResponse> End(EmergencyHost host, string id) =>
        await host.Emergencies.EndEmergencyAsync(
            new EndEmergencyRequest { EmergencyId = id }, EmergencyHost.Operator);

    private static async Task<JsonArray> Notices(EmergencyHost host) =>
        (await host.Inner.Get("/api/v1/notices"))["response"]!.AsArray();
}
