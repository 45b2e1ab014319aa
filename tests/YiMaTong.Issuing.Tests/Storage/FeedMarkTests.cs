using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Storage;

/// <summary>A database that lost history which its feed had shown begins a new epoch.</summary>
public sealed class FeedMarkTests : IDisposable
{
    private readonly string _directory = TestStorage.CreateDirectory();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_directory, "issuing.db");

    private string Mark => Database + ".mark";

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task EnsureStarted_RestoredBackup_BeginsANewEpoch()
    {
        var before = await Run(scenes: 3);
        File.Copy(Database, Database + ".bak");
        Assert.Equal(before, await Run(scenes: 2));
        File.Copy(Database + ".bak", Database, overwrite: true);

        var after = await Run(scenes: 5);

        Assert.NotEqual(before, after);
        Assert.Equal(after, await Run(scenes: 0));
    }

    [Fact]
    public async Task EnsureStarted_HistoryThatNobodySaw_KeepsTheEpoch()
    {
        var before = await Run(scenes: 3);
        File.Copy(Database, Database + ".bak");
        await Run(scenes: 2, shown: false);
        File.Copy(Database + ".bak", Database, overwrite: true);
        Assert.Equal(before, await Run(scenes: 1));
    }

    [Fact]
    public async Task EnsureStarted_MarkGoneOrForeign_BeginsANewEpoch()
    {
        var first = await Run(scenes: 1);
        File.Delete(Mark);
        var second = await Run(scenes: 1);
        Assert.NotEqual(first, second);

        await File.WriteAllBytesAsync(Mark, new byte[128], Token);
        Assert.NotEqual(second, await Run(scenes: 0));
    }

    [Fact]
    public async Task Raise_OneSlotTorn_TheOtherHolds()
    {
        var epoch = await Run(scenes: 4);
        var bytes = await File.ReadAllBytesAsync(Mark, Token);
        foreach (var slot in new[] { 0, 64 })
        {
            var torn = (byte[])bytes.Clone();
            torn[slot + 20] ^= 1;
            await File.WriteAllBytesAsync(Mark, torn, Token);
            Assert.Equal(epoch, await Run(scenes: 0));
        }
    }

    [Fact]
    public async Task Raise_FileRefused_SaysSo()
    {
        await using var storage = await TestStorage.Start(_directory);
        File.Delete(Mark);
        Directory.CreateDirectory(Mark);
        var mark = storage.Services.GetRequiredService<FeedMark>();
        var error = Assert.Throws<StorageUnavailableException>(() => mark.Raise(new byte[16], 10));
        Assert.Contains("Issuing:Database", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Starts the storage, makes changes, shows them or not, stops; tells the epoch.</summary>
    private async Task<string> Run(int scenes, bool shown = true)
    {
        await using var storage = await TestStorage.Start(_directory);
        for (var i = 0; i < scenes; i++)
        {
            await storage.Writer.WriteAsync(
                unit =>
                {
                    unit.Db.Add(Rows.Scene(Guid.NewGuid().ToString("N")));
                    return Task.CompletedTask;
                },
                Token);
        }

        var state = await storage.Read(db => db.FeedStates.AsNoTracking().SingleAsync(Token));
        if (shown)
        {
            storage.Services.GetRequiredService<FeedMark>().Raise(state.Epoch, state.Revision);
        }

        return Convert.ToHexString(state.Epoch);
    }
}
