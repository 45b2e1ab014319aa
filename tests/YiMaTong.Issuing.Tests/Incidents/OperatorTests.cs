using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Incidents;

public sealed class OperatorTests
{
    [Fact]
    public async Task Declare_Twice_IsOneIncident()
    {
        await using var host = await IncidentHost.StartAsync();
        var first = await host.Declare("outage", new { textEn = "Broken" });
        host.Inner.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await host.Declare("outage", new { textEn = "Broken" });
        var altered = await host.Declare("outage", new { textEn = "Still broken" });

        Assert.Equal("PY0000", (string?)first["code"]);
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal("Still broken", (string?)altered["response"]!["textEn"]);
        Assert.Equal((string?)first["response"]!["openedAt"], (string?)altered["response"]!["openedAt"]);
        Assert.Single(await host.List());
        Assert.Equal(1, await host.Inner.Read(db => db.Incidents.CountAsync()));
    }

    [Fact]
    public async Task Close_Twice_IsOneEndAndTheIdIsSpent()
    {
        await using var host = await IncidentHost.StartAsync();
        await host.Declare("outage");
        var first = await host.Close("outage");
        host.Inner.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await host.Close("outage");
        var again = await host.Declare("outage", new { textEn = "Once more" });

        Assert.Equal("PY0000", (string?)first["code"]);
        Assert.NotNull(first["response"]!["closedAt"]);
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal("PY1003", (string?)again["code"]);
    }

    [Theory]
    [InlineData("Outage", "{}", "incidentId")]
    [InlineData("outage", """{"sceneKinds":["l"]}""", "sceneKinds")]
    [InlineData("outage", """{"region":"a\nb"}""", "region")]
    [InlineData("outage", """{"textZh":"a\u0000b"}""", "textZh")]
    [InlineData("outage", """{"sms":true}""", "sms: no gateway is set")]
    public async Task Declare_FieldAtFault_NamesIt(string id, string form, string named)
    {
        await using var host = await IncidentHost.StartAsync();

        var answer = await host.Declare(id, System.Text.Json.Nodes.JsonNode.Parse(form));

        Assert.Equal($"参数缺失或格式错误: {named}", (string?)answer["msg"]);
        Assert.Empty(await host.List());
    }

    [Fact]
    public async Task EveryCall_WithoutToken_IsPy1002()
    {
        await using var host = await IncidentHost.StartAsync();
        await host.Declare("outage");

        var declared = await host.Inner.Post("/api/v1/platform/incidents/other", new { }, null, HttpMethod.Put);
        var closed = await host.Inner.Post("/api/v1/platform/incidents/outage/close", new { });
        var listed = await host.Inner.Get("/api/v1/platform/incidents");

        Assert.All(new[] { declared, closed, listed }, answer => Assert.Equal("PY1002", (string?)answer["code"]));
        Assert.True(Assert.Single(host.Board.All).IsOpen);
    }

    [Fact]
    public async Task Grpc_DeclareAndClose_AnswersAsRest()
    {
        await using var host = await IncidentHost.StartAsync();
        using var channel = GrpcChannel.ForAddress(host.Inner.Services.GetRequiredService<BoundAddresses>().Grpc);
        var client = new IncidentService.IncidentServiceClient(channel);
        var options = new CallOptions(
            new Metadata { { "authorization", $"Bearer {CitizenHost.OperatorToken}" } },
            cancellationToken: TestContext.Current.CancellationToken);

        var none = await client.DeclareIncidentAsync(new(), options);
        var declared = await client.DeclareIncidentAsync(
            new() { Incident = new() { IncidentId = "outage", SceneKinds = { "a", "c" } } }, options);
        var unknown = await client.CloseIncidentAsync(new() { IncidentId = "other" }, options);
        var closed = await client.CloseIncidentAsync(new() { IncidentId = "outage" }, options);

        Assert.Equal(
            ["PY1001", "PY0000", "PY1001", "PY0000"], new[] { none.Code, declared.Code, unknown.Code, closed.Code });
        Assert.Equal(["a", "c"], closed.Response.SceneKinds);
    }

    [Fact]
    public async Task Declare_DatabaseIsAway_IsPublishedAndOutlivesTheRestart()
    {
        using var folder = new TempDirectory();
        await using (var host = await IncidentHost.StartInAsync(folder))
        {
            host.TakeDatabaseAway();

            Assert.Equal("PY0000", (string?)(await host.Declare("outage"))["code"]);
            Assert.Single(await host.Notices());
            host.BringDatabaseBack();
        }

        await using var restarted = await IncidentHost.StartInAsync(folder);
        Assert.Equal("outage", (string?)Assert.Single(await restarted.Notices())!["id"]);
        await restarted.Look();
        var kept = await restarted.Inner.Read(db => db.Incidents.SingleAsync());
        Assert.Equal("outage", kept.IncidentId);
    }

    [Fact]
    public async Task Declare_NothingCanBeWritten_IsPublishedAndSaysThatItIsNotKept()
    {
        await using var host = await IncidentHost.StartAsync();
        host.TakeDatabaseAway();
        host.BlockFile();

        var refused = await host.Declare("outage");
        Assert.Equal("PY1998", (string?)refused["code"]);
        Assert.Null(refused["response"]);
        Assert.Single(await host.Notices());

        host.FreeFile();
        host.BringDatabaseBack();
        Assert.Equal("PY0000", (string?)(await host.Declare("outage"))["code"]);
        Assert.Equal(1, await host.Inner.Read(db => db.Incidents.CountAsync()));
    }

    [Fact]
    public async Task Start_FileIsDamaged_GoesOnWithTheDatabase()
    {
        using var folder = new TempDirectory();
        await using (var host = await IncidentHost.StartInAsync(folder))
        {
            await host.Declare("outage");
        }

        await File.WriteAllTextAsync(
            folder.Combine("incidents.json"), "[{\"id\":", TestContext.Current.CancellationToken);
        await using var restarted = await IncidentHost.StartInAsync(folder);

        Assert.Single(await restarted.Notices());
    }
}
