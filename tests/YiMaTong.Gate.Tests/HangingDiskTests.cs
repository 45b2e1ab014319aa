using Microsoft.Extensions.Time.Testing;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Journal;
using YiMaTong.Gate.Trust;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>
/// A disk that hangs: a named pipe stands where the file is to be written, and whoever opens it waits until somebody
/// reads.
/// </summary>
public sealed class HangingDiskTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _folder = new();
    private readonly FakeTimeProvider _clock = new(GateWorld.Start);
    private readonly GateAlarms _alarms;

    public HangingDiskTests() => _alarms = new GateAlarms(_clock);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Append_DiskHangs_OneScanWaitsItsPatienceAndTheNextNone()
    {
        var folder = new JournalFolder(_folder.Path, _alarms);
        var patience = TimeSpan.FromMilliseconds(100);
        await using var journal = new ScanJournal(folder, 64 << 20, patience, _alarms, _clock);
        var pipe = ScanSegment.In(_folder.Path, GateWorld.Start.ToUnixTimeMilliseconds(), journal.Id, 1).Path;
        await MakePipeAsync(pipe);

        var first = journal.AppendAsync(Scan(0));
        _clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(first.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(await first);
        Assert.True(_alarms.Stands(GateAlarm.JournalSlow));
        for (var i = 1; i < 100; i++)
        {
            var next = journal.AppendAsync(Scan(i));
            Assert.True(next.IsCompleted);
            Assert.False(await next);
        }

        // The pipe refuses in the end, and a file takes its place: what waited is written, and scans wait for it again.
        await using var reader = await ReadAsync(pipe);
        await AwaitUntil.Holds(() => _alarms.Stands(GateAlarm.JournalRefused), Limit, "a refusal", Stop);
        File.Delete(pipe);
        await AwaitUntil.Holds(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return _alarms.Standing.Count == 0;
            },
            Limit,
            "a disk that writes",
            Stop);
        Assert.True(await journal.AppendAsync(Scan(100)));
        Assert.Equal(0, journal.Lost);
        Assert.Equal(Enumerable.Range(1, 101), folder.All().Select(scan => (int)scan.Sequence));
    }

    [Fact]
    public async Task TakeIn_DiskHangs_WhatIssuingSaysCountsAtOnceAndIsWrittenLater()
    {
        var trust = new TrustWorld(GateWorld.Start);
        var store = new TrustStore(
            _folder.Path,
            RootKeys.Read([trust.RootPem]),
            new Codes.Emergency.EmergencyPolicy { Region = new(330106) },
            _alarms,
            _clock);
        var pipe = _folder.Combine("key-set.doc.new");
        await MakePipeAsync(pipe);

        store.TakeIn(trust.Update());
        var writing = store.FlushLater();
        store.TakeIn(new TrustUpdate
        {
            KeySet = Google.Protobuf.ByteString.CopyFrom(trust.KeySet(2, revoked: trust.Issuer)),
        });
        var writingStill = store.FlushLater();

        Assert.Equal(2u, store.Current.Keys.Revision);
        Assert.False(writing.IsCompleted);
        await using var reader = await ReadAsync(pipe);
        await writingStill.WaitAsync(Limit, Stop);
        Assert.True(_alarms.Stands(GateAlarm.TrustNotStored));
        File.Delete(pipe);
        await store.FlushLater().WaitAsync(Limit, Stop);
        Assert.Empty(_alarms.Standing);
        var again = new TrustStore(
            _folder.Path,
            RootKeys.Read([trust.RootPem]),
            new Codes.Emergency.EmergencyPolicy { Region = new(330106) },
            new GateAlarms(_clock),
            _clock);
        Assert.Equal(2u, again.Current.Keys.Revision);
    }

    private static async Task MakePipeAsync(string path)
    {
        var (exitCode, output) = await ManagedProcess.Run("mkfifo", [path], Limit, null, Stop);
        Assert.True(exitCode == 0, output);
    }

    // Opens the reading end and leaves it open; a pipe takes 64 KiB before a writer waits.
    private static Task<FileStream> ReadAsync(string pipe) => Task.Factory.StartNew(
        () => new FileStream(pipe, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0),
        Stop,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static OfflineScan Scan(int i) => new()
    {
        ScanId = $"scan-{i:D27}",
        Form = OfflineForm.Static,
        Direction = Direction.Entry,
        Decision = Decision.Permit,
    };
}
