using System.Net;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Issuing.Tests.Emergency;

/// <summary>The signed documents over REST.</summary>
public sealed class DocumentTests
{
    private const string Folder = "/api/v1/emergency";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("key-set", "application/vnd.yimatong.key-set+cbor")]
    [InlineData("status-lists/0", "application/vnd.yimatong.status-list+cbor")]
    [InlineData("tag-catalogue", "application/vnd.yimatong.tag-catalogue+cbor")]
    [InlineData("declarations", "application/cbor-seq")]
    [InlineData("root", "application/x-pem-file")]
    public async Task Document_AskedAgainWithItsTag_Is304(string name, string type)
    {
        await using var host = await EmergencyHost.StartAsync();

        using var first = await host.Http.GetAsync($"{Folder}/{name}", Cancellation);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(type, first.Content.Headers.ContentType?.ToString());
        Assert.True(first.Headers.CacheControl?.Public);
        Assert.NotNull(first.Headers.ETag);

        using var again = new HttpRequestMessage(HttpMethod.Get, $"{Folder}/{name}");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag);
        using var second = await host.Http.SendAsync(again, Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task StatusList_WithABase_IsADeltaThatLeadsFromIt()
    {
        await using var host = await EmergencyHost.StartAsync();
        var (session, token) = await host.Citizen();
        await host.Issue(token);
        host.FillList();
        await host.Round();
        var gate = await host.Gate();
        var from = gate.Lists.Find(0)!.Revision;
        await host.Inner.Post("/api/v1/citizen/codes/revoke", new { }, session);
        await host.Round();

        using var delta = await host.Http.GetAsync($"{Folder}/status-lists/0?base={from}", Cancellation);
        using var whole = await host.Http.GetAsync($"{Folder}/status-lists/0?base=1", Cancellation);

        Assert.Equal(
            "application/vnd.yimatong.status-delta+cbor", delta.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            "application/vnd.yimatong.status-list+cbor", whole.Content.Headers.ContentType?.ToString());
        Assert.Equal(DocumentStatus.Accepted, gate.Take(await delta.Content.ReadAsByteArrayAsync(Cancellation)));
        Assert.Equal(DocumentStatus.Unchanged, gate.Take(await whole.Content.ReadAsByteArrayAsync(Cancellation)));
    }

    [Theory]
    [InlineData("status-lists/1", HttpStatusCode.NotFound)]
    [InlineData("status-lists/256", HttpStatusCode.NotFound)]
    [InlineData("status-lists/x", HttpStatusCode.NotFound)]
    [InlineData("status-lists/0?base=x", HttpStatusCode.BadRequest)]
    [InlineData("status-lists/0?base=1&base=2", HttpStatusCode.BadRequest)]
    public async Task StatusList_NoSuch_IsRefusedInTheEnvelope(string name, HttpStatusCode status)
    {
        await using var host = await EmergencyHost.StartAsync();

        using var answer = await host.Http.GetAsync($"{Folder}/{name}", Cancellation);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains("PY1001", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }
}
