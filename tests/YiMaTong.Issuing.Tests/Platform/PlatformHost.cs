using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Hosting;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing.Feed;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Platform;

/// <summary>The platform registry on Kestrel with an SQLite file of its own; only the clock is not real.</summary>
internal sealed class PlatformHost : IAsyncDisposable
{
    public const string Token = "operator-token-of-the-tests-0123456789";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("yimatong-platform-");
    private readonly WebApplication _app;
    private GrpcChannel? _channel;

    private PlatformHost()
    {
        File.WriteAllText(PathOf("operator.token"), Token + "\n");
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Listeners:RestPort"] = "0",
            ["Listeners:GrpcPort"] = "0",
            ["Listeners:AdminPort"] = "0",
            ["Issuing:Database"] = PathOf("issuing.db"),
            ["Issuing:SealKeyFile"] = PathOf("seal.key"),
            ["Issuing:FeedTokenFile"] = PathOf("feed.token"),
            ["Issuing:OperatorTokenFile"] = PathOf("operator.token"),
            ["Issuing:CreateMissingKeys"] = "true",
        });
        builder.Logging.ClearProviders().AddProvider(Logs);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.AddYiMaTongHosting();
        builder.Services.AddValidatedOptions<IssuingOptions, IssuingOptionsValidator>(
            builder.Configuration.GetSection(IssuingOptions.Section));
        builder.Services.AddIssuingStorage().AddIssuingFeed().AddIssuingPlatform(builder.Configuration);
        builder.Services.AddSingleton<IOAuthClientRegistry>(Clients);
        _app = builder.Build();
        _app.UseYiMaTongHosting();
        _app.MapIssuingPlatform();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, 400, TimeSpan.Zero));

    public RecordedLogs Logs { get; } = new();

    public RecordedClients Clients { get; } = new();

    public IServiceProvider Services => _app.Services;

    public Uri Rest => Services.GetRequiredService<BoundAddresses>().Rest;

    public FieldSealer Sealer => Services.GetRequiredService<FieldSealer>();

    public CallInvoker Invoker => _channel!.CreateCallInvoker();

    public SceneService.SceneServiceClient Scenes => new(Invoker);

    public MerchantService.MerchantServiceClient Merchants => new(Invoker);

    public ChannelService.ChannelServiceClient Channels => new(Invoker);

    public TagService.TagServiceClient Tags => new(Invoker);

    public CitizenRegistryService.CitizenRegistryServiceClient Citizens => new(Invoker);

    public CodeKeyService.CodeKeyServiceClient CodeKeys => new(Invoker);

    /// <summary>A call with the operator's token.</summary>
    public static CallOptions Operator =>
        Anonymous.WithHeaders(new Metadata { { "authorization", $"Bearer {Token}" } });

    /// <summary>A call without a token.</summary>
    public static CallOptions Anonymous => new(cancellationToken: TestContext.Current.CancellationToken);

    public static async Task<PlatformHost> StartAsync()
    {
        var host = new PlatformHost();
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        host._channel = GrpcChannel.ForAddress(host.Services.GetRequiredService<BoundAddresses>().Grpc);
        return host;
    }

    public async Task<T> Read<T>(Func<IssuingDbContext, Task<T>> read)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<IssuingDbContext>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await read(db);
    }

    public Task<long> Write(Func<ChangeUnit, Task> work) =>
        Services.GetRequiredService<ChangeWriter>().WriteAsync(work, TestContext.Current.CancellationToken);

    public Task<long> Revision() => Read(db => db.FeedStates.Select(state => state.Revision).SingleAsync());

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);
}
