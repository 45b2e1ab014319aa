using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Feed;
using YiMaTong.Hosting;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests;

/// <summary>The whole node on real ports, fed by a fake issuing.</summary>
public sealed class HostTests : IAsyncLifetime
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("yimatong-").FullName;
    private readonly HttpClient _http = new();
    private readonly RecordingLogs _logs = new();
    private FakeFeed _feed = null!;
    private WebApplication _app = null!;
    private BoundAddresses _at = null!;

    public async ValueTask InitializeAsync()
    {
        _feed = await FakeFeed.Start();
        await File.WriteAllTextAsync(Path.Combine(_folder, "token"), "feed-token");
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Listeners:RestPort"] = "0",
            ["Listeners:GrpcPort"] = "0",
            ["Listeners:AdminPort"] = "0",
            ["Decode:Feed:Address"] = _feed.Address,
            ["Decode:Feed:TokenFile"] = Path.Combine(_folder, "token"),
            ["Directory:Folder"] = Path.Combine(_folder, "subjects"),
            ["Directory:MemoryMiB"] = "8",
            ["Directory:ExpectedSubjects"] = "1000",
        });
        builder.Logging.ClearProviders().AddProvider(_logs);
        builder.AddYiMaTongHosting();
        builder.Services.AddDecode(builder.Configuration);
        _app = builder.Build();
        _app.UseYiMaTongHosting();
        _app.MapDecode();
        await _app.StartAsync();
        _at = _app.Services.GetRequiredService<BoundAddresses>();
        await AwaitUntil.Soon(() => _app.Services.GetRequiredService<NodeStatus>().Has(10), "the node is complete");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _feed.DisposeAsync();
        _http.Dispose();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Mint()
    {
        var key = new CodeKey(World.KeyId, World.CodeKeyBytes);
        var now = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return Node.Mint(key, now, CodeType.PublicTransport, World.Handle, 60);
    }

    private async Task<(HttpStatusCode Status, string Body)> Post(object body)
    {
        using var response = await _http.PostAsJsonAsync(
            new Uri(_at.Rest, "/api/v1/qrcode/decode"), body, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("qrcod")]
    [InlineData("qrcode")]
    public async Task Rest_SignedRequest_IsAnsweredAndItsRetryIsIdentical(string spelling)
    {
        var request = StandardDecodeTests.Signed(DateTimeOffset.UtcNow, Mint(), spelling);
        var body = new Dictionary<string, string>
        {
            ["merchantId"] = request.MerchantId,
            ["macId"] = request.MacId,
            ["time"] = request.Time,
            ["sign"] = request.Sign,
            [spelling] = request.Qrcod + request.Qrcode,
        };
        var first = await Post(body);
        var retry = await Post(body);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        using var envelope = JsonDocument.Parse(first.Body);
        Assert.Equal("PY0000", envelope.RootElement.GetProperty("code").GetString());
        var result = StandardDecodeTests.Open(request, envelope.RootElement.GetProperty("response").GetString()!);
        Assert.Equal("permit", result.GetProperty("decision").GetString());
        Assert.Equal(Encoding.UTF8.GetBytes(first.Body), Encoding.UTF8.GetBytes(retry.Body));
        Assert.Empty(_logs.Errors);
    }

    [Fact]
    public async Task Rest_Refusals_AreEnvelopes()
    {
        var missing = await Post(new { merchantId = "hz-bus" });
        Assert.Equal(HttpStatusCode.OK, missing.Status);
        Assert.Equal("""{"code":"PY1001","msg":"参数缺失或格式错误: time"}""", Compact(missing.Body));

        var unknown = await Post(new
        {
            merchantId = "nobody",
            macId = "x",
            time = WireTime.Compact(DateTimeOffset.UtcNow),
            sign = "AAAA",
            qrcod = "x",
        });
        Assert.Equal("""{"code":"PY2001","msg":"商户不存在、停用或未备案"}""", Compact(unknown.Body));
    }

    [Fact]
    public async Task Grpc_SessionAndScan_AreAnswered()
    {
        using var channel = GrpcChannel.ForAddress(_at.Grpc);
        var client = new DecodeService.DecodeServiceClient(channel);
        var time = WireTime.Compact(DateTimeOffset.UtcNow);
        var cancellation = TestContext.Current.CancellationToken;
        var opened = await client.OpenSessionAsync(
            new()
            {
                MerchantId = World.MerchantId,
                MacId = World.MacId,
                Time = time,
                Sign = Keys.Pss.Sign(("macId", World.MacId), ("merchantId", World.MerchantId), ("time", time)),
            },
            cancellationToken: cancellation);
        var answer = await client.DecodeAsync(
            new() { Session = opened.Session, Qrcode = Mint(), ScanId = "1" }, cancellationToken: cancellation);

        Assert.Equal(("PY0000", Decision.Permit), (answer.Code, answer.Decision));
        var again = await client.DecodeAsync(
            new() { Session = opened.Session, Qrcode = "YM1", MinRevision = 99 }, cancellationToken: cancellation);
        Assert.Equal("PY2018", again.Code);
    }

    [Fact]
    public async Task Admin_CompleteNode_IsReadyAndMeasured()
    {
        var cancellation = TestContext.Current.CancellationToken;
        _ = await Post(new { merchantId = "hz-bus" });
        var ready = await _http.GetStringAsync(new Uri(_at.Admin, "/readyz"), cancellation);
        Assert.Contains("decode: ok", ready, StringComparison.Ordinal);
        var metrics = await _http.GetStringAsync(new Uri(_at.Admin, "/metrics"), cancellation);
        Assert.Contains("yimatong_decode_scans", metrics, StringComparison.Ordinal);
        Assert.Contains("yimatong_decode_revision", metrics, StringComparison.Ordinal);
        Assert.Matches(@"yimatong_decode_duration_seconds_bucket\{[^}]*le=""0\.001""", metrics);
    }

    private static string Compact(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Readable);
    }
}
