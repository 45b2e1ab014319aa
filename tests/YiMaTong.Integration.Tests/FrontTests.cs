using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Integration.Tests.Target;

namespace YiMaTong.Integration.Tests;

/// <summary>The TLS front that we hand out, before the services and before nothing.</summary>
public sealed class FrontTests(AllInOneTarget target)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Front_BeforeTheServices_PassesOnWhatAppsAndGatesNeedAndNoMore()
    {
        var server = await target.ServerAsync();
        await using var front = await Front.StartAsync(server.Rest.BaseAddress!.Authority, server.GrpcAddress);

        var services = await front.Rest.GetFromJsonAsync<JsonNode>("/api/v1/services", Stop);
        Assert.Equal("PY0000", (string?)services!["code"]);
        using var codes = await front.Rest.PostAsJsonAsync("/api/v1/emergency/code", new { }, Stop);
        Assert.Equal("PY1002", (string?)(await codes.Content.ReadFromJsonAsync<JsonNode>(Stop))!["code"]);
        using var platform = await front.Rest.GetAsync("/api/v1/platform/scenes", Stop);
        Assert.Equal(HttpStatusCode.NotFound, platform.StatusCode);

        var decode = new DecodeService.DecodeServiceClient(front.Gates);
        Assert.Equal("PY1001", (await decode.OpenSessionAsync(new(), cancellationToken: Stop)).Code);
        using var trust = new TrustService.TrustServiceClient(front.Gates).WatchTrust(
            new WatchTrustRequest { Held = new HeldTrust() }, cancellationToken: Stop);
        Assert.True(await trust.ResponseStream.MoveNext(Stop));
        Assert.NotEmpty(trust.ResponseStream.Current.Update.KeySet);
        var uploads = new OfflineScanService.OfflineScanServiceClient(front.Gates);
        Assert.Equal("PY1001", (await uploads.UploadOfflineScansAsync(new(), cancellationToken: Stop)).Code);
        var feed = new Contracts.Feed.V1.FeedService.FeedServiceClient(front.Gates);
        using var watch = feed.Watch(new(), cancellationToken: Stop);
        var refused = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Stop));
        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
    }

    [Fact]
    public async Task Front_ServicesAreDown_SaysSoInTheEnvelope()
    {
        await using var front = await Front.StartAsync(rest: null, grpc: null);

        using var answer = await front.Rest.GetAsync("/api/v1/services", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter?.Delta);
        Assert.Equal("PY1998", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Stop))!["code"]);
        var decode = new DecodeService.DecodeServiceClient(front.Gates);
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await decode.OpenSessionAsync(new(), cancellationToken: Stop));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
    }

    [Fact]
    public async Task Front_AddressBeyondItsShare_IsToldWhenToComeAgain()
    {
        await using var front = await Front.StartAsync(rest: null, grpc: null);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 400).Select(_ => front.Rest.GetAsync("/api/v1/services", Stop)));

        var slow = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), slow.Headers.RetryAfter?.Delta);
        Assert.Equal("PY1008", (string?)(await slow.Content.ReadFromJsonAsync<JsonNode>(Stop))!["code"]);
        Assert.All(answers, answer => answer.Dispose());
    }
}
