using System.Net;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Issuing.Tests.Incidents;

public sealed class NoticeTests
{
    [Fact]
    public async Task Notices_AllIsWell_AreEmptyAndNothingHints()
    {
        await using var host = await IncidentHost.StartAsync();

        using var answer = await host.GetNotices();
        using var code = await host.PostRaw("/api/v1/qrcode/generate", "{}");

        var envelope = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal("PY0000", (string?)envelope["code"]);
        Assert.Empty(envelope["response"]!.AsArray());
        Assert.Equal("public, max-age=5", answer.Headers.CacheControl?.ToString());
        Assert.False(code.Headers.Contains("YiMaTong-Notice"));
    }

    [Fact]
    public async Task Notices_IncidentOpen_ShowItAndAnswersHint()
    {
        await using var host = await IncidentHost.StartAsync();
        await host.Declare("metro-outage", new { region = "上城区", sceneKinds = new[] { "a" }, textZh = "地铁闸机检修" });

        var notice = Assert.Single(await host.Notices())!;

        Assert.Equal(
            ("metro-outage", "INCIDENT_KIND_MANUAL", "上城区", "地铁闸机检修", true),
            ((string?)notice["id"], (string?)notice["kind"], (string?)notice["region"], (string?)notice["textZh"],
                (bool)notice["emergencyCode"]!));
        Assert.Contains("emergency code", (string?)notice["textEn"], StringComparison.Ordinal);
        Assert.Equal(["a"], notice["sceneKinds"]!.AsArray().Select(kind => (string?)kind));
        Assert.Equal("2026-03-01T08:00:00.400Z", (string?)notice["openedAt"]);
        Assert.Null(notice["closedAt"]);
        foreach (var (path, body) in new[]
        {
            ("/api/v1/qrcode/generate", "{}"), ("/api/v1/channel/qrcode", "{}"), ("/api/v1/user/tags", "{"),
            ("/api/v1/emergency/code", "{}"),
        })
        {
            using var answer = await host.PostRaw(path, body);
            Assert.Equal(["metro-outage"], answer.Headers.GetValues("YiMaTong-Notice"));
        }
    }

    [Fact]
    public async Task Grpc_IncidentOpen_HintsInTheHeaders()
    {
        await using var host = await IncidentHost.StartAsync();
        await host.Declare("first");
        await host.Declare("second");
        using var channel = GrpcChannel.ForAddress(host.Inner.Services.GetRequiredService<BoundAddresses>().Grpc);

        using var call = new QrcodeService.QrcodeServiceClient(channel).ListUserTagsAsync(
            new(), cancellationToken: TestContext.Current.CancellationToken);
        var headers = await call.ResponseHeadersAsync;

        Assert.Equal("first, second", headers.GetValue("yimatong-notice"));
        var notices = await new NoticeService.NoticeServiceClient(channel).ListNoticesAsync(
            new(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["first", "second"], notices.Response.Select(notice => notice.Id));
    }

    [Fact]
    public async Task Notices_TagKnown_AnswerNotModifiedUntilSomethingChanges()
    {
        await using var host = await IncidentHost.StartAsync();
        await host.Declare("first");
        using var full = await host.GetNotices();
        var tag = full.Headers.ETag!.ToString();

        using var same = await host.GetNotices(tag);
        using var weak = await host.GetNotices($"\"other\", W/{tag}");
        await host.Close("first");
        using var changed = await host.GetNotices(tag);

        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(tag, same.Headers.ETag!.ToString());
        Assert.Empty(await same.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NotModified, weak.StatusCode);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task Notices_IncidentClosed_StayForAnHour()
    {
        await using var host = await IncidentHost.StartAsync();
        await host.Declare("first");
        await host.Close("first");
        using var shown = await host.GetNotices();

        host.Inner.Time.Advance(TimeSpan.FromMinutes(59));
        var late = Assert.Single(await host.Notices())!;
        host.Inner.Time.Advance(TimeSpan.FromMinutes(1));
        using var gone = await host.GetNotices(shown.Headers.ETag!.ToString());

        Assert.NotNull(late["closedAt"]);
        Assert.False((bool)late["emergencyCode"]!);
        Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
        Assert.Empty(await host.Notices());
    }
}
