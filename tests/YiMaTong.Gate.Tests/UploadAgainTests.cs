using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>Issuing that has lost what it had acknowledged.</summary>
public sealed class UploadAgainTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly GateWorld _world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Upload_IssuingIsRestoredFromABackup_GetsWhatItLostAgain()
    {
        await using var issuing = await IssuingServer.StartAsync();
        issuing.OnAcknowledge = run => StoredThrough(issuing, run);
        await using var gate = Open(issuing);
        await HomeAsync(gate, 2);
        await HomeAsync(gate, 3);
        var journal = gate.Journal.Id;
        foreach (var lost in new ulong[] { 2, 3, 4, 5 })
        {
            Assert.True(issuing.Stored.TryRemove((journal, lost), out _));
        }

        await HomeAsync(gate, 1);

        Assert.Equal(
            Enumerable.Range(1, 6).Select(sequence => (journal, (ulong)sequence)), issuing.Stored.Keys.Order());
        Assert.Single(issuing.Repeated);

        // How many runs the first five went home in is for the clock to say.
        Assert.Equal([6ul, 2], issuing.Runs.Select(run => run.FirstSequence).TakeLast(2));

        // Restored once more, it gets them once more.
        Assert.True(issuing.Stored.TryRemove((journal, 6), out _));
        await HomeAsync(gate, 1);
        Assert.Equal(7, issuing.Stored.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Upload_IssuingNeverAdvances_IsSentNothingTwice(ulong stored)
    {
        await using var issuing = await IssuingServer.StartAsync();
        issuing.OnAcknowledge = _ => stored;
        await using var gate = Open(issuing);

        await HomeAsync(gate, 1);
        await HomeAsync(gate, 1);
        await HomeAsync(gate, 1);

        Assert.Equal([1ul, 2, 3], issuing.Runs.Select(run => run.FirstSequence));
    }

    [Fact]
    public async Task Upload_IssuingGoesBackAndStaysThere_IsSentAllOnceAgainAndThenNoMore()
    {
        await using var issuing = await IssuingServer.StartAsync();
        await using var gate = Open(issuing);
        await HomeAsync(gate, 3);
        var before = issuing.Runs.Count;
        issuing.OnAcknowledge = _ => 1;

        await HomeAsync(gate, 1);
        await HomeAsync(gate, 1);

        Assert.Equal([4ul, 2, 5], issuing.Runs.Select(run => run.FirstSequence).Skip(before));
    }

    private static ulong StoredThrough(IssuingServer issuing, OfflineScanRun run)
    {
        var journal = new Guid(run.JournalId.Span, bigEndian: true);
        var through = 0ul;
        while (issuing.Stored.ContainsKey((journal, through + 1)))
        {
            through++;
        }

        return through;
    }

    private Gatekeeper Open(IssuingServer issuing) => Gatekeeper.Open(
        GateWorld.Online(), _world.Offline(Direction.Exit, issuing.Address), TimeProvider.System);

    private static async Task HomeAsync(Gatekeeper gate, int scans)
    {
        await Task.WhenAll(Enumerable.Range(0, scans).Select(_ => gate.ScanAsync("YM1", cancellation: Stop)));
        await AwaitUntil.Holds(() => gate.Status().ScansWaiting == 0, Limit, "the scans at home", Stop);
    }
}
