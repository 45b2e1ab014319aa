using System.Diagnostics;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Journal;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>What a gate tells about the time of its scans when its clock was wrong.</summary>
public sealed class UploadClockTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly GateWorld _world = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Upload_ClockWasWrongInThisRun_TellsHowLongAgoEachScanWas()
    {
        await using var issuing = await IssuingServer.StartAsync();
        issuing.OnUpload = () => "PY1998";
        var clock = new WrongClock { Offset = TimeSpan.FromDays(-9_000) };
        await using var gate = Gatekeeper.Open(
            GateWorld.Online(), _world.Offline(Direction.Exit, issuing.Address), clock);
        var (before, beforeAt) = (gate.Journal.RunMs, Stopwatch.GetTimestamp());
        await gate.ScanAsync("YM1", cancellation: Stop);
        var (after, afterAt) = (gate.Journal.RunMs, Stopwatch.GetTimestamp());
        var scan = Assert.Single(_world.Journal());
        Assert.InRange(scan.RunMs, before, after);
        Assert.InRange(scan.AtMs, 1, DateTimeOffset.UtcNow.AddDays(-8_999).ToUnixTimeMilliseconds());

        clock.Offset = TimeSpan.Zero;
        issuing.OnUpload = () => null;
        await AwaitUntil.Holds(() => !issuing.Runs.IsEmpty, Limit, "the scan at home", Stop);

        Assert.True(issuing.Runs.TryPeek(out var run));
        Assert.Equal(scan, run.Scans.Single());
        Assert.InRange(run.GateTimeMs, scan.AtMs + 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

        // A millisecond either way is what counting whole ones costs.
        var ago = run.RunMs - scan.RunMs;
        Assert.InRange(ago, 0, (long)Stopwatch.GetElapsedTime(beforeAt).TotalMilliseconds + 1);
        Assert.InRange(run.RunMs, after, after + (long)Stopwatch.GetElapsedTime(afterAt).TotalMilliseconds + 1);
    }

    [Fact]
    public async Task Upload_JournalOfAnEarlierRun_TellsNoRunsTime()
    {
        await using (var alone = Gatekeeper.Open(
            GateWorld.Online(), _world.Offline(Direction.Exit), TimeProvider.System))
        {
            await alone.ScanAsync("YM1", cancellation: Stop);
        }

        await using var issuing = await IssuingServer.StartAsync();
        await using var gate = Gatekeeper.Open(
            GateWorld.Online(), _world.Offline(Direction.Exit, issuing.Address), TimeProvider.System);
        await gate.ScanAsync("YM1", cancellation: Stop);
        await AwaitUntil.Holds(() => issuing.Runs.Count == 2, Limit, "both journals at home", Stop);

        var runs = issuing.Runs.ToArray();
        Assert.All(runs, run => Assert.InRange(run.Scans.Single().RunMs, 1, long.MaxValue));
        Assert.Equal(
            gate.Journal.Id.ToByteArray(bigEndian: true), runs.Single(run => run.RunMs > 0).JournalId.ToByteArray());
    }

    [Fact]
    public void Read_RecordFromBeforeRunsWereTimed_HasNone()
    {
        var journal = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        var record = Convert.FromHexString("0700000039b5b77c" + "0700000000000000" + "0a016110052801");

        Assert.Equal(record.Length, ScanRecord.Read(record, journal, out var sequence, out var scan));
        Assert.Equal((7L, "a", 5L, 0L), (sequence, scan!.ScanId, scan.AtMs, scan.RunMs));
    }

    /// <summary>The real time, with a wall clock that is set.</summary>
    private sealed class WrongClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
