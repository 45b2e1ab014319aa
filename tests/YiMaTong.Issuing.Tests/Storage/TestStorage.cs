using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing.Feed;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Storage;

/// <summary>Issuing's storage on a real database file in a directory of its own.</summary>
internal sealed class TestStorage : IAsyncDisposable
{
    private readonly bool _ownsDirectory;

    private TestStorage(string? directory)
    {
        _ownsDirectory = directory is null;
        DirectoryPath = directory ?? CreateDirectory();
        Settings = SettingsIn(DirectoryPath);
    }

    public string DirectoryPath { get; }

    public string DatabasePath => Settings["Issuing:Database"]!;

    public Dictionary<string, string?> Settings { get; }

    public ServiceProvider Services { get; private set; } = null!;

    public ChangeWriter Writer => Services.GetRequiredService<ChangeWriter>();

    public FieldSealer Sealer => Services.GetRequiredService<FieldSealer>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string CreateDirectory() => Directory.CreateTempSubdirectory("yimatong-").FullName;

    public static Dictionary<string, string?> SettingsIn(string directory) => new()
    {
        ["Issuing:Database"] = Path.Combine(directory, "issuing.db"),
        ["Issuing:SealKeyFile"] = Path.Combine(directory, "seal.key"),
        ["Issuing:FeedTokenFile"] = Path.Combine(directory, "feed.token"),
        ["Issuing:CreateMissingKeys"] = "true",
    };

    /// <summary>Registers the services but does not start them.</summary>
    public static TestStorage Prepare(string? directory = null, Action<Dictionary<string, string?>>? change = null)
    {
        var storage = new TestStorage(directory);
        change?.Invoke(storage.Settings);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(storage.Settings).Build();
        storage.Services = new ServiceCollection()
            .AddLogging()
            .AddValidatedOptions<IssuingOptions, IssuingOptionsValidator>(
                configuration.GetSection(IssuingOptions.Section))
            .AddIssuingStorage()
            .AddSingleton<FeedSignal>()
            .BuildServiceProvider();
        return storage;
    }

    public static async Task<TestStorage> Start(string? directory = null)
    {
        var storage = Prepare(directory);
        await storage.EnsureStarted();
        return storage;
    }

    public Task EnsureStarted() => Services.GetRequiredService<StorageStarter>().EnsureStarted(Token);

    public Task<IssuingDbContext> Open() =>
        Services.GetRequiredService<IDbContextFactory<IssuingDbContext>>().CreateDbContextAsync(Token);

    public async Task<T> Read<T>(Func<IssuingDbContext, Task<T>> read)
    {
        await using var db = await Open();
        return await read(db);
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        ReleaseFiles(DatabasePath);
        if (_ownsDirectory)
        {
            Directory.Delete(DirectoryPath, recursive: true);
        }
    }

    /// <summary>Closes pooled connections, which writes the log back into the database file.</summary>
    public static void ReleaseFiles(string databasePath)
    {
        using var connection = new SqliteConnection(SqliteSettings.ConnectionString(databasePath));
        SqliteConnection.ClearPool(connection);
    }
}
