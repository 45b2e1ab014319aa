using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Storage;

public sealed class StorageStarterTests : IDisposable
{
    private readonly string _directory = TestStorage.CreateDirectory();

    private string DatabasePath => Path.Combine(_directory, "issuing.db");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task EnsureStarted_Again_KeepsEpochAndRows()
    {
        byte[] epoch;
        await using (var first = await TestStorage.Start(_directory))
        {
            epoch = await Epoch(first);
            await AddScenes(first, 1);
        }

        await using var second = await TestStorage.Start(_directory);
        Assert.Equal(16, epoch.Length);
        Assert.NotEqual(new byte[16], epoch);
        Assert.Equal(epoch, await Epoch(second));
        Assert.Equal(1, await second.Read(db => db.Scenes.CountAsync(Token)));
    }

    [Fact]
    public async Task EnsureStarted_NewDatabase_BelongsToOwnerOnly()
    {
        await using var storage = await TestStorage.Start(_directory);
        await AddScenes(storage, 1);
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (var file in new[] { DatabasePath, DatabasePath + "-wal", DatabasePath + "-shm" })
        {
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == ownerOnly, file);
        }
    }

    [Fact]
    public async Task EnsureStarted_DamagedFile_SaysDamaged()
    {
        await using (var storage = await TestStorage.Start(_directory))
        {
            await AddScenes(storage, 300);
        }

        // Everything behind the first page, which names the format: pages of tables and indexes.
        await using (var file = new FileStream(DatabasePath, FileMode.Open, FileAccess.Write))
        {
            file.Position = 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, (int)file.Length - 4096).ToArray(), Token);
        }

        await AssertRefused("is damaged");
    }

    [Fact]
    public async Task EnsureStarted_CutFile_SaysDamaged()
    {
        await using (var storage = await TestStorage.Start(_directory))
        {
            await AddScenes(storage, 300);
        }

        await using (var file = new FileStream(DatabasePath, FileMode.Open, FileAccess.Write))
        {
            file.SetLength(file.Length / 2);
        }

        await AssertRefused("is damaged");
    }

    [Fact]
    public async Task EnsureStarted_OtherFile_SaysNotADatabase()
    {
        await File.WriteAllTextAsync(DatabasePath, new string('x', 10_000), Token);
        await AssertRefused("is not a SQLite database");
    }

    [Fact]
    public async Task EnsureStarted_Directory_SaysSo()
    {
        Directory.CreateDirectory(DatabasePath);
        await AssertRefused("is a directory");
    }

    [Fact]
    public async Task EnsureStarted_ParentIsFile_SaysSo()
    {
        var parent = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(parent, "", Token);
        await AssertRefused("cannot be created", Path.Combine(parent, "issuing.db"));
    }

    [Fact]
    public async Task EnsureStarted_ReadOnlyDirectory_SaysCannotBeWritten()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // The product's platform is Linux; Windows has no directory that refuses its administrator.
        }

        // Permissions do not bind root, but a kernel's own file system refuses it as well.
        if (Environment.IsPrivilegedProcess)
        {
            await AssertRefused("cannot be", "/proc/issuing.db");
            return;
        }

        var closed = Directory.CreateDirectory(
            Path.Combine(_directory, "closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await AssertRefused("cannot be", Path.Combine(closed.FullName, "issuing.db"));
    }

    [Fact]
    public async Task EnsureStarted_OtherSealKey_SaysSo()
    {
        await using (await TestStorage.Start(_directory))
        {
        }

        File.Delete(Path.Combine(_directory, "seal.key"));
        await using var storage = TestStorage.Prepare(_directory);
        var failure = await Assert.ThrowsAsync<StorageUnavailableException>(storage.EnsureStarted);
        Assert.StartsWith("Issuing:SealKeyFile: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(DatabasePath, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureStarted_NewerDatabase_SaysSo()
    {
        await using (var storage = await TestStorage.Start(_directory))
        {
            await storage.Read(db => db.Database.ExecuteSqlRawAsync(
                "INSERT INTO \"__EFMigrationsHistory\" VALUES ('99991231235959_Future', '99.0.0')", Token));
        }

        await AssertRefused("was written by a newer version (99991231235959_Future)");
    }

    [Fact]
    public async Task EnsureStarted_LockOfDeadProcess_IsCleared()
    {
        await using var storage = TestStorage.Prepare(_directory);
        await storage.Read(db => db.Database.ExecuteSqlRawAsync(
            "CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER PRIMARY KEY, \"Timestamp\" TEXT NOT NULL);"
            + "INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2000-01-01')",
            Token));
        await storage.EnsureStarted().WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task EnsureStarted_PreparedElsewhere_SaysSo()
    {
        using (MigrationLock.Take(DatabasePath, DatabaseFile.Setting))
        {
            await AssertRefused("is being prepared by another process");
        }

        await using var storage = await TestStorage.Start(_directory);
    }

    [Fact]
    public async Task HealthCheck_BeforeAndAfterStart_SaysWhetherReady()
    {
        await using var storage = TestStorage.Prepare(_directory);
        var health = storage.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(IsReadyCheck, Token)).Status);
        await storage.EnsureStarted();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(IsReadyCheck, Token)).Status);
    }

    private static bool IsReadyCheck(HealthCheckRegistration check) => check.Tags.Contains("ready");

    private async Task AssertRefused(string reason, string? path = null)
    {
        path ??= DatabasePath;
        await using var storage = TestStorage.Prepare(_directory, settings => settings["Issuing:Database"] = path);
        var failure = await Assert.ThrowsAsync<StorageUnavailableException>(storage.EnsureStarted);
        Assert.StartsWith("Issuing:Database: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    private static Task<byte[]> Epoch(TestStorage storage) =>
        storage.Read(db => db.FeedStates.Select(state => state.Epoch).SingleAsync(Token));

    private static Task<long> AddScenes(TestStorage storage, int count) => storage.Writer.WriteAsync(
        unit =>
        {
            unit.Db.AddRange(Enumerable.Range(0, count).Select(
                number => Rows.Scene($"scene-{number}-{new string('x', 200)}")));
            return Task.CompletedTask;
        },
        Token);
}
