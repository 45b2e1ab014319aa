using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Issuing.Incidents;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Incidents;

/// <summary>A disk that hangs holds up neither the watch of health nor notices.</summary>
public sealed class HeldDiskTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _folder = new();
    private readonly ManualResetEventSlim _diskGoesOn = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Published => _folder.Combine("incidents.json");

    public void Dispose()
    {
        _diskGoesOn.Set();
        _folder.Dispose();
    }

    [Fact]
    public async Task Watch_DiskHoldsTheFile_LooksOnPublishesAndWritesWhenTheDiskGoesOn()
    {
        await using var node = await FakeNode.StartAsync();
        await using var host = await StartAsync(node);
        Assert.Equal("PY0000", (string?)(await host.Declare("first"))["code"]);

        node.Ready = false;
        await RoundsAsync(host, 3);
        Assert.Equal(2, (await host.Notices()).Count);
        node.Ready = true;
        await RoundsAsync(host, 6);

        Assert.False(host.Board.All.Single(incident => incident.Id != "first").IsOpen);
        Assert.Equal(1, host.Inner.Logs.Count(
            typeof(IncidentStore).FullName!, "incidents.json cannot be written (the disk hangs)"));
        await AwaitUntil.Satisfies(
            () => host.Inner.Read(db => Task.FromResult(db.Incidents.Count(row => row.ClosedAt != null))),
            closed => closed == 1, Limit, "the closed one in the database", null, Stop);
        _diskGoesOn.Set();
        await AwaitUntil.Holds(
            () => File.ReadAllText(Published).Contains("closedAt\": \"2", StringComparison.Ordinal),
            Limit, "the newest file", Stop);
    }

    // The file and the database are on one disk as a rule. The lock is a database that does not go on.
    [Fact]
    public async Task Watch_DiskHoldsFileAndDatabase_LooksOnAndOperatorsAreToldInTime()
    {
        await using var node = await FakeNode.StartAsync();
        await using var host = await StartAsync(node);
        await using var other = new SqliteConnection($"Data Source={_folder.Combine("issuing.db")}");
        await other.OpenAsync(Stop);
        await using var held = other.CreateCommand();
        held.CommandText = "BEGIN IMMEDIATE";
        await held.ExecuteNonQueryAsync(Stop);

        node.Ready = false;
        await RoundsAsync(host, 3);
        var declared = host.Declare("metro");
        await AwaitUntil.Holds(
            () =>
            {
                host.Inner.Time.Advance(TimeSpan.FromMilliseconds(100));
                return declared.IsCompleted;
            },
            Limit, "an answer", Stop);

        Assert.Equal("PY1998", (string?)(await declared)["code"]);
        Assert.Equal(2, (await host.Notices()).Count);
        held.CommandText = "ROLLBACK";
        await held.ExecuteNonQueryAsync(Stop);
        _diskGoesOn.Set();
        Assert.Equal("PY0000", (string?)(await host.Declare("metro"))["code"]);
        Assert.Equal(2, await host.Inner.Read(db => Task.FromResult(db.Incidents.Count())));
    }

    [Fact]
    public async Task Stop_RightAfterARound_WritesWhatItPublished()
    {
        await using var node = await FakeNode.StartAsync();
        node.Ready = false;
        _diskGoesOn.Set();
        await using (var host = await StartAsync(node))
        {
            await RoundsAsync(host, 3);
        }

        Assert.Contains("decode-", await File.ReadAllTextAsync(Published, Stop), StringComparison.Ordinal);
    }

    private static async Task RoundsAsync(IncidentHost host, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            host.Inner.Time.Advance(TimeSpan.FromSeconds(5));
            await host.Inner.Services.GetRequiredService<IncidentWatch>().RunRoundAsync(Stop).WaitAsync(Limit, Stop);
        }
    }

    // Whoever has synced the file waits for the folder's sync until the disk goes on.
    private Task<IncidentHost> StartAsync(FakeNode node) => IncidentHost.StartOnAsync(
        _folder, _ => _diskGoesOn.Wait(), ("Incidents:DecodeNodes:0", node.Address));
}
