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

namespace YiMaTong.Decode.Tests.Load;

/// <summary>The whole node on real ports with the small city, to be loaded.</summary>
internal sealed class LoadedHost : IAsyncDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("yimatong-").FullName;
    private readonly FakeFeed _feed;
    private readonly WebApplication _app;

    private LoadedHost(FakeFeed feed, Dictionary<string, string?> settings)
    {
        _feed = feed;
        File.WriteAllText(Path.Combine(_folder, "token"), "feed-token");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Listeners:RestPort"] = "0",
            ["Listeners:GrpcPort"] = "0",
            ["Listeners:AdminPort"] = "0",
            // What is measured is the queue behind the connection, so all callers come through.
            ["Listeners:MaxStreamsPerConnection"] = "100",
            ["Decode:Feed:Address"] = feed.Address,
            ["Decode:Feed:TokenFile"] = Path.Combine(_folder, "token"),
            ["Directory:Folder"] = Path.Combine(_folder, "subjects"),
            ["Directory:MemoryMiB"] = "8",
            ["Directory:ExpectedSubjects"] = "1000",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.AddYiMaTongHosting();
        builder.Services.AddDecode(builder.Configuration);
        _app = builder.Build();
        _app.UseYiMaTongHosting();
        _app.MapDecode();
    }

    public BoundAddresses At => Get<BoundAddresses>();

    public static async Task<LoadedHost> StartAsync(Dictionary<string, string?>? settings = null)
    {
        var host = new LoadedHost(await FakeFeed.Start(), settings ?? []);
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        await AwaitUntil.Soon(() => host.Get<NodeStatus>().Has(10), "the node is complete");
        return host;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public GrpcChannel Channel() => GrpcChannel.ForAddress(At.Grpc);

    public static string Mint() => Node.Mint(
        new CodeKey(World.KeyId, World.CodeKeyBytes), (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        CodeType.PublicTransport, World.Handle, 60);

    public static OpenSessionRequest Opening(string macId = World.MacId, bool good = true)
    {
        var time = WireTime.Compact(DateTimeOffset.UtcNow);
        return new()
        {
            MerchantId = World.MerchantId,
            MacId = macId,
            Time = time,
            Sign = good
                ? Keys.Pss.Sign(("macId", macId), ("merchantId", World.MerchantId), ("time", time))
                : Convert.ToBase64String(new byte[384]),
        };
    }

    public static async Task<ByteString> OpenAsync(GrpcChannel channel)
    {
        var opened = await new DecodeService.DecodeServiceClient(channel).OpenSessionAsync(
            Opening(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("PY0000", opened.Code);
        return opened.Session;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _feed.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }
}
