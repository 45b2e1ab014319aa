using Google.Protobuf;
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

/// <summary>A whole node on real ports, fed by a fake issuing, and a gate's connection to it.</summary>
internal sealed class GateHost : IAsyncDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("yimatong-").FullName;
    private readonly FakeFeed _feed;
    private readonly WebApplication _app;
    private GrpcChannel _channel = null!;

    private GateHost(FakeFeed feed, params (string Key, string Value)[] settings)
    {
        _feed = feed;
        File.WriteAllText(Path.Combine(_folder, "token"), "feed-token");
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Listeners:RestPort"] = "0",
            ["Listeners:GrpcPort"] = "0",
            ["Listeners:AdminPort"] = "0",
            ["Listeners:Reflection"] = "true",
            ["Decode:Feed:Address"] = _feed.Address,
            ["Decode:Feed:TokenFile"] = Path.Combine(_folder, "token"),
            ["Directory:Folder"] = Path.Combine(_folder, "subjects"),
            ["Directory:MemoryMiB"] = "8",
            ["Directory:ExpectedSubjects"] = "1000",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders().AddProvider(Logs);
        builder.AddYiMaTongHosting();
        builder.Services.AddDecode(builder.Configuration);
        _app = builder.Build();
        _app.UseYiMaTongHosting();
        _app.MapDecode();
    }

    public RecordingLogs Logs { get; } = new();

    public BoundAddresses At => _app.Services.GetRequiredService<BoundAddresses>();

    public IServiceProvider Services => _app.Services;

    public GrpcChannel Channel => _channel;

    public DecodeService.DecodeServiceClient Client => new(_channel);

    /// <summary>Starts a node that is complete.</summary>
    public static async Task<GateHost> Start(FakeFeed? feed = null, params (string Key, string Value)[] settings)
    {
        var host = new GateHost(feed ?? await FakeFeed.Start(), settings);
        await host._app.StartAsync();
        host._channel = GrpcChannel.ForAddress(host.At.Grpc, new() { MaxReceiveMessageSize = null });
        await AwaitUntil.Soon(() => host.Services.GetRequiredService<NodeStatus>().Has(10), "the node is complete");
        return host;
    }

    public static string Mint(int secondsAgo = 0)
    {
        var key = new CodeKey(World.KeyId, World.CodeKeyBytes);
        var now = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return Node.Mint(key, now - (uint)secondsAgo, CodeType.PublicTransport, World.Handle, 60);
    }

    public async Task<ByteString> OpenSession()
    {
        var time = WireTime.Compact(DateTimeOffset.UtcNow);
        var opened = await Client.OpenSessionAsync(
            new()
            {
                MerchantId = World.MerchantId,
                MacId = World.MacId,
                Time = time,
                Sign = Keys.Pss.Sign(("macId", World.MacId), ("merchantId", World.MerchantId), ("time", time)),
            },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("PY0000", opened.Code);
        return opened.Session;
    }

    /// <summary>Stops the node as SIGTERM does, and keeps what it left.</summary>
    public Task Stop() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await _app.DisposeAsync();
        await _feed.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }
}
