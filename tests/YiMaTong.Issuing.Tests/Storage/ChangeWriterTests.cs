using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Issuing.Feed;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Storage;

public sealed class ChangeWriterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_EightWritersInTwoProcesses_GivesContiguousRevisions()
    {
        await using var storage = await TestStorage.Start();
        await using var other = await TestStorage.Start(storage.DirectoryPath);
        var returned = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                var revisions = new List<long>();
                for (var round = 0; round < 10; round++)
                {
                    var scene = $"s{writer}-{round}";
                    revisions.Add(await (writer % 2 == 0 ? storage : other).Writer.WriteAsync(
                        unit => Add(unit, Rows.Scene(scene), Rows.Citizen(storage.Sealer, (writer * 10) + round)),
                        Token));
                }

                return revisions;
            },
            Token)));

        var outbox = await storage.Read(db => db.Outbox.OrderBy(row => row.Revision).ToListAsync(Token));
        Assert.Equal(Enumerable.Range(1, 160).Select(number => (long)number), outbox.Select(row => row.Revision));
        Assert.Equal(80, returned.SelectMany(revisions => revisions).Distinct().Count());
        Assert.Equal(160, returned.Max(revisions => revisions[^1]));
        Assert.Equal(160, await storage.Read(db => db.FeedStates.Select(row => row.Revision).SingleAsync(Token)));
        await AssertRowsCarryTheirRevisions(storage, outbox);
    }

    [Fact]
    public async Task WriteAsync_WorkThrows_LeavesNothingAndNoGap()
    {
        await using var storage = await TestStorage.Start();
        Assert.Equal(1, await storage.Writer.WriteAsync(unit => Add(unit, Rows.Scene("a")), Token));
        await Assert.ThrowsAsync<TimeoutException>(() => storage.Writer.WriteAsync(
            async unit =>
            {
                await Add(unit, Rows.Scene("b"));
                await unit.Db.SaveChangesAsync(Token);
                throw new TimeoutException("The authority did not answer.");
            },
            Token));
        Assert.Equal(2, await storage.Writer.WriteAsync(unit => Add(unit, Rows.Scene("c")), Token));
        Assert.Equal(["a", "c"], await storage.Read(
            db => db.Scenes.OrderBy(row => row.SceneId).Select(row => row.SceneId).ToListAsync(Token)));
        Assert.Equal(2, await storage.Read(db => db.Outbox.CountAsync(Token)));
    }

    [Fact]
    public async Task WriteAsync_CommitFails_LeavesNoGap()
    {
        await using var storage = await TestStorage.Start();
        await storage.Writer.WriteAsync(unit => Add(unit, Rows.Scene("a")), Token);
        await Assert.ThrowsAsync<DbUpdateException>(
            () => storage.Writer.WriteAsync(unit => Add(unit, Rows.Scene("b"), Rows.Scene("a")), Token));
        Assert.Equal(2, await storage.Writer.WriteAsync(unit => Add(unit, Rows.Scene("b")), Token));
    }

    [Fact]
    public async Task WriteAsync_NothingTouched_ReturnsNewest()
    {
        await using var storage = await TestStorage.Start();
        Assert.Equal(0, await storage.Writer.WriteAsync(_ => Task.CompletedTask, Token));
        Assert.Equal(2, await storage.Writer.WriteAsync(unit => Add(unit, Rows.Scene("a"), Rows.Scene("b")), Token));
        Assert.Equal(2, await storage.Writer.WriteAsync(unit => Add(unit, new Channel
        {
            AppId = "app",
            Name = "渠道",
            Scopes = "",
            QrcodeTypes = "gj",
            RedirectUris = "",
        }), Token));
    }

    [Fact]
    public async Task WriteAsync_TouchedWithoutAlteration_GetsRevisionOnce()
    {
        await using var storage = await TestStorage.Start();
        await storage.Writer.WriteAsync(unit => Add(unit, Rows.Citizen(storage.Sealer, 1)), Token);
        var revision = await storage.Writer.WriteAsync(
            async unit =>
            {
                var citizen = await unit.Db.Citizens.SingleAsync(Token);
                unit.Db.Consents.Add(Rows.Claim(citizen.Id));
                unit.Touch(citizen);
                unit.Touch(citizen);
            },
            Token);
        Assert.Equal(2, revision);
        Assert.Equal(2, await storage.Read(db => db.Citizens.Select(row => row.Revision).SingleAsync(Token)));
    }

    [Fact]
    public async Task WriteAsync_SavedWithinWork_StillReachesTheFeed()
    {
        await using var storage = await TestStorage.Start();
        var revision = await storage.Writer.WriteAsync(
            async unit =>
            {
                await Add(unit, Rows.Scene("a"));
                await unit.Db.SaveChangesAsync(Token);
            },
            Token);
        Assert.Equal(1, revision);
    }

    [Fact]
    public async Task WriteAsync_FeedEntityRemoved_Throws()
    {
        await using var storage = await TestStorage.Start();
        await storage.Writer.WriteAsync(unit => Add(unit, Rows.Scene("a")), Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => storage.Writer.WriteAsync(
            async unit => unit.Db.Remove(await unit.Db.Scenes.SingleAsync(Token)), Token));
    }

    [Fact]
    public async Task WriteAsync_TouchedStranger_Throws()
    {
        await using var storage = await TestStorage.Start();
        await Assert.ThrowsAsync<InvalidOperationException>(() => storage.Writer.WriteAsync(
            unit =>
            {
                unit.Touch(Rows.Scene("a"));
                return Task.CompletedTask;
            },
            Token));
    }

    [Fact]
    public async Task WriteAsync_Committed_WakesListeners()
    {
        await using var storage = await TestStorage.Start();
        var listener = storage.Services.GetRequiredService<FeedSignal>().Listen();
        var wait = listener.Wait(TimeSpan.FromMinutes(1), TimeProvider.System, Token);
        await storage.Writer.WriteAsync(_ => Task.CompletedTask, Token);
        Assert.False(wait.IsCompleted);
        await storage.Writer.WriteAsync(unit => Add(unit, Rows.Scene("a")), Token);
        await wait.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    private static async Task AssertRowsCarryTheirRevisions(TestStorage storage, List<OutboxEntry> outbox)
    {
        var citizens = await storage.Read(db => db.Citizens.ToListAsync(Token));
        var scenes = await storage.Read(db => db.Scenes.ToListAsync(Token));
        var rows = citizens.Select(row => (FeedKeys.Of(row), row.Revision))
            .Concat(scenes.Select(row => (FeedKeys.Of(row), row.Revision)))
            .OrderBy(row => row.Revision);
        Assert.Equal(outbox.Select(entry => ((entry.Kind, entry.Key), entry.Revision)), rows);
    }

    private static Task Add(ChangeUnit unit, params object[] rows)
    {
        unit.Db.AddRange(rows);
        return Task.CompletedTask;
    }
}
