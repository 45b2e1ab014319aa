using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YiMaTong.Hosting;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing.Feed;
using YiMaTong.Issuing.Storage;
using YiMaTong.Issuing.Tests.Storage;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Issuing.Tests.Feed;

/// <summary>The feed on the shared host: real Kestrel on free ports, a real database file.</summary>
internal sealed class TestFeed : IAsyncDisposable
{
    private readonly string _directory = TestStorage.CreateDirectory();
    private readonly Dictionary<string, string?> _settings;
    private WebApplication _app = null!;
    private GrpcChannel _channel = null!;

    private TestFeed(Dictionary<string, string?>? changes)
    {
        _settings = TestStorage.SettingsIn(_directory);
        _settings["Listeners:RestPort"] = _settings["Listeners:GrpcPort"] = _settings["Listeners:AdminPort"] = "0";
        foreach (var (key, value) in changes ?? [])
        {
            _settings[key] = value;
        }
    }

    public ChangeWriter Writer => _app.Services.GetRequiredService<ChangeWriter>();

    public FieldSealer Sealer => _app.Services.GetRequiredService<FieldSealer>();

    public OutboxTrimmer Trimmer => _app.Services.GetRequiredService<OutboxTrimmer>();

    public Wire.FeedService.FeedServiceClient Client { get; private set; } = null!;

    public Metadata Headers { get; private set; } = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestFeed> Start(TimeProvider? time = null, Dictionary<string, string?>? changes = null)
    {
        var feed = new TestFeed(changes);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(feed._settings);
        builder.Logging.ClearProviders();
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.AddYiMaTongHosting();
        builder.Services
            .AddValidatedOptions<IssuingOptions, IssuingOptionsValidator>(
                builder.Configuration.GetSection(IssuingOptions.Section))
            .AddIssuingStorage()
            .AddIssuingFeed();
        feed._app = builder.Build();
        feed._app.UseYiMaTongHosting();
        feed._app.MapIssuingFeed();
        await feed._app.StartAsync(Token);
        feed._channel = GrpcChannel.ForAddress(feed._app.Services.GetRequiredService<BoundAddresses>().Grpc);
        feed.Client = new Wire.FeedService.FeedServiceClient(feed._channel);
        var token = (await File.ReadAllTextAsync(feed._settings["Issuing:FeedTokenFile"]!, Token)).Trim();
        feed.Headers = new Metadata { { "authorization", $"Bearer {token}" } };
        return feed;
    }

    public Task Stop() => _app.StopAsync(Token);

    public async Task<IssuingDbContext> Open() =>
        await _app.Services.GetRequiredService<IDbContextFactory<IssuingDbContext>>().CreateDbContextAsync(Token);

    public Task<long> Add(params object[] rows) => Writer.WriteAsync(
        unit =>
        {
            unit.Db.AddRange(rows);
            return Task.CompletedTask;
        },
        Token);

    public async Task<long> AddScenes(int count)
    {
        long revision = 0;
        for (var number = 0; number < count; number++)
        {
            revision = await Add(Rows.Scene(Guid.NewGuid().ToString("N")));
        }

        return revision;
    }

    public async Task<List<Wire.SnapshotResponse>> Snapshot()
    {
        using var call = Client.Snapshot(new Wire.SnapshotRequest(), Headers, cancellationToken: Token);
        var frames = new List<Wire.SnapshotResponse>();
        await foreach (var frame in call.ResponseStream.ReadAllAsync(Token))
        {
            frames.Add(frame);
        }

        return frames;
    }

    /// <summary>Takes a snapshot into a new replica.</summary>
    public async Task<Replica> TakeReplica()
    {
        var replica = new Replica();
        foreach (var frame in await Snapshot())
        {
            replica.Apply(frame);
        }

        return replica;
    }

    public AsyncServerStreamingCall<Wire.WatchResponse> Watch(Replica replica) => Client.Watch(
        new Wire.WatchRequest { Epoch = replica.Epoch, FromRevision = replica.Revision }, Headers,
        cancellationToken: Token);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
        TestStorage.ReleaseFiles(_settings["Issuing:Database"]!);
        Directory.Delete(_directory, recursive: true);
    }
}
