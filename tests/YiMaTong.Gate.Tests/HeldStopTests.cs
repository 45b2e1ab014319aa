using Google.Protobuf;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Offline;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>A gate that stops while its disk hangs.</summary>
public sealed class HeldStopTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly GateWorld _world = new();
    private readonly ManualResetEventSlim _diskGoesOn = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _diskGoesOn.Set();
        _world.Dispose();
    }

    [Fact]
    public async Task Dispose_DiskHangs_EndsInTimeTellsWhatItMayLackAndLosesNothingWhenItGoesOn()
    {
        _world.Synchronise(_world.Trust.Declaration());
        var gate = Open(options => options.StopMs = 5_000);
        var raised = new List<string>();
        gate.Alarms.Raised += alarm => raised.Add($"{alarm.Alarm}: {alarm.Text}");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("PY0000", (await gate.ScanAsync(_world.Trust.Static(i), cancellation: Stop)).Code);
        }

        var began = _world.Clock.GetUtcNow();
        var stop = gate.DisposeAsync().AsTask();
        await StoppedAsync(stop);

        Assert.InRange(_world.Clock.GetUtcNow() - began, TimeSpan.FromSeconds(5), Limit);
        var alarm = Assert.Single(raised);
        Assert.StartsWith("StoppedUnwritten: ", alarm, StringComparison.Ordinal);
        Assert.EndsWith("may not be in the journal: 3", alarm, StringComparison.Ordinal);

        // The disk has the folder in hand, and nobody else gets it before it goes on.
        Assert.Throws<IOException>(() => Open());
        _diskGoesOn.Set();
        await AwaitUntil.Holds(() => gate.Alarms.Standing.Count == 0, Limit, "an end", Stop);
        await gate.DisposeAsync();
        Assert.Equal(3, _world.Journal().Count);
        await using var next = await AwaitUntil.Satisfies(
            () => Task.FromResult(TryOpen()), opened => opened is not null, Limit, "a free folder", null, Stop);
        Assert.Equal(0, next!.Status().ScansLost);
    }

    [Fact]
    public async Task Dispose_TrustIsHeldByTheDisk_EndsInTimeAndSaysSo()
    {
        Directory.CreateDirectory(_world.TrustFolder);
        var pipe = Path.Combine(_world.TrustFolder, "key-set.doc.new");
        var (exitCode, output) = await ManagedProcess.Run("mkfifo", [pipe], Limit, null, Stop);
        Assert.True(exitCode == 0, output);
        await using var issuing = await IssuingServer.StartAsync();
        issuing.OnWatch = _ => new TrustUpdate { KeySet = ByteString.CopyFrom(_world.Trust.KeySet(1)) };
        var gate = Open(options => options.Issuing.Add(issuing.Address));
        await AwaitUntil.Holds(() => gate.Status().KeySetRevision == 1, Limit, "trust", Stop);

        await StoppedAsync(gate.DisposeAsync().AsTask());

        var alarm = Assert.Single(gate.Alarms.Standing);
        Assert.Equal(GateAlarm.StoppedUnwritten, alarm.Alarm);
        Assert.EndsWith("journal: 0; what issuing said last may not be stored", alarm.Text, StringComparison.Ordinal);

        // The pipe refuses once somebody reads, and the stop comes to its end.
        await using var reader = await Task.Factory.StartNew(
            () => new FileStream(pipe, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0),
            Stop,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await AwaitUntil.Holds(() => !gate.Alarms.Stands(GateAlarm.StoppedUnwritten), Limit, "an end", Stop);
    }

    [Fact]
    public async Task Dispose_DiskIsWell_WritesAllThatWaitsWithoutTheClock()
    {
        _world.Synchronise(_world.Trust.Declaration());
        _diskGoesOn.Set();
        var gate = Open();
        for (var i = 0; i < 500; i++)
        {
            await gate.ScanAsync(_world.Trust.Static(i), cancellation: Stop);
        }

        await gate.DisposeAsync();
        await gate.DisposeAsync();

        Assert.Equal(500, _world.Journal().Count);
        Assert.Empty(gate.Alarms.Standing);
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    [InlineData(20_000, true)]
    [InlineData(20_001, false)]
    public void Validate_StopMs_IsBounded(int milliseconds, bool valid)
    {
        var options = _world.Offline();
        options.StopMs = milliseconds;

        string[] problems = valid ? [] : [$"StopMs: must be from 100 to 20000 ({milliseconds})"];
        Assert.Equal(problems, options.Validate());
    }

    private Task StoppedAsync(Task stop) => AwaitUntil.Holds(
        () =>
        {
            _world.Clock.Advance(Step);
            return stop.IsCompletedSuccessfully;
        },
        Limit,
        "an end",
        Stop);

    private Gatekeeper? TryOpen()
    {
        try
        {
            return Open();
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Nobody waits for the journal, so that the clock need not move; its first sync hangs until the disk goes on.
    private Gatekeeper Open(Action<OfflineOptions>? change = null)
    {
        var offline = _world.Offline();
        offline.DurableJournal = false;
        change?.Invoke(offline);
        return Gatekeeper.Open(GateWorld.Online(), offline, _world.Nodes, _world.Clock, _ => _diskGoesOn.Wait());
    }
}
