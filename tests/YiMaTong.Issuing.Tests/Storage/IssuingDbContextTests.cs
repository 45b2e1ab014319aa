using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Storage;

public sealed class IssuingDbContextTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_AgainstMigrations_HasNoPendingChanges()
    {
        await using var storage = await TestStorage.Start();
        Assert.False(await storage.Read(db => Task.FromResult(db.Database.HasPendingModelChanges())));
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    [InlineData("busy_timeout", "5000")]
    public async Task Connection_Setting_IsInForce(string pragma, string expected)
    {
        await using var storage = await TestStorage.Start();
        await using var db = await storage.Open();
        await db.Database.OpenConnectionAsync(Token);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        Assert.Equal(expected, Convert.ToString(await command.ExecuteScalarAsync(Token), null));
    }

    [Fact]
    public async Task Context_FromScope_IsRegistered()
    {
        await using var storage = await TestStorage.Start();
        await using var scope = storage.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IssuingDbContext>();
        Assert.Equal(0, await db.FeedStates.Select(state => state.Revision).SingleAsync(Token));
    }

    [Fact]
    public async Task Values_WithHighBitsAndInstants_ReadBack()
    {
        await using var storage = await TestStorage.Start();
        var until = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);
        await storage.Writer.WriteAsync(
            async unit =>
            {
                var citizen = Rows.Citizen(storage.Sealer, 0);
                citizen.HandTags = 1UL << 63;
                citizen.ValidFrom = uint.MaxValue;
                unit.Db.Citizens.Add(citizen);
                await unit.Db.SaveChangesAsync(Token);
                var claim = Rows.Claim(citizen.Id);
                claim.Until = until;
                unit.Db.Consents.Add(claim);
            },
            Token);

        var read = await storage.Read(db => db.Citizens.SingleAsync(row => row.Handle == ulong.MaxValue, Token));
        Assert.Equal((1UL << 63, uint.MaxValue), (read.Tags, read.ValidFrom));
        Assert.Equal(1, await storage.Read(db => db.Consents.CountAsync(row => row.Until >= until, Token)));
        Assert.Equal(0, await storage.Read(db => db.Consents.CountAsync(row => row.Until > until, Token)));
    }

    [Fact]
    public async Task UniqueIndexes_SecondRow_IsRefused()
    {
        await using var storage = await TestStorage.Start();
        await storage.Writer.WriteAsync(unit => Add(unit, Rows.Citizen(storage.Sealer, 1), Rows.Tag(1)), Token);
        var sameHandle = Rows.Citizen(storage.Sealer, 2);
        sameHandle.Handle = Rows.Citizen(storage.Sealer, 1).Handle;
        var sameNumber = Rows.Citizen(storage.Sealer, 1);
        sameNumber.Handle = 7;
        var sameKey = Rows.Tag(2);
        sameKey.Key = Rows.Tag(1).Key;
        foreach (object row in new object[] { sameHandle, sameNumber, sameKey })
        {
            await Assert.ThrowsAsync<DbUpdateException>(() => storage.Writer.WriteAsync(unit => Add(unit, row), Token));
        }
    }

    [Fact]
    public async Task ForeignKey_UnknownScene_IsRefused()
    {
        await using var storage = await TestStorage.Start();
        await Assert.ThrowsAsync<DbUpdateException>(() => storage.Writer.WriteAsync(
            unit => Add(unit, Rows.Merchant(storage.Sealer, "m", "no such scene")), Token));
    }

    [Fact]
    public async Task DatabaseFiles_WithSealedPeople_HoldNoneOfTheirData()
    {
        const string name = "测试金丝雀", phone = "19900000017";
        var number = Rows.IdNumber(17);
        await using var storage = await TestStorage.Start();
        await storage.Writer.WriteAsync(unit => Add(unit, Rows.Citizen(storage.Sealer, 17, name, phone)), Token);

        var files = Directory.GetFiles(storage.DirectoryPath);
        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        foreach (var file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content, Token);
            foreach (var canary in new[] { name, phone, number })
            {
                Assert.Equal(-1, content.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(canary)));
                Assert.Equal(-1, content.AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes(canary)));
            }
        }
    }

    private static Task Add(ChangeUnit unit, params object[] rows)
    {
        unit.Db.AddRange(rows);
        return Task.CompletedTask;
    }
}
