using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Journal;
using YiMaTong.Gate.Storage;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

/// <summary>Names outlive a loss of power: the folder is synced after a file is made or renamed.</summary>
public sealed class DurableNamesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _folder = new();
    private readonly GateAlarms _alarms = new(TimeProvider.System);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Append_NewSegment_ItsNameIsOnTheDiskBeforeAnybodyIsTold()
    {
        var held = new SemaphoreSlim(0);
        var lengths = new List<long>();
        await using var journal = Journal(folder =>
        {
            lengths.Add(new FileInfo(ScanSegment.All(folder)[^1].Path).Length);
            held.Wait(Stop);
        });

        var first = journal.AppendAsync(Scan(0));
        await AwaitUntil.Holds(() => lengths.Count == 1, Patience, "a sync of the folder", Stop);
        Assert.False(first.IsCompleted);
        held.Release();

        Assert.True(await first);
        Assert.True(lengths[0] > 0);
        Assert.True(await journal.AppendAsync(Scan(1)));
        Assert.Single(lengths);

        // Each further segment once.
        held.Release(100);
        var many = await Task.WhenAll(Enumerable.Range(2, 10_000).Select(i => journal.AppendAsync(Scan(i))));
        Assert.All(many, Assert.True);
        Assert.Equal(ScanSegment.All(_folder.Path).Count, lengths.Count);
        Assert.True(lengths.Count > 1);
    }

    [Fact]
    public async Task Append_FolderIsNotSynced_CountsAsRefusedAndIsWrittenAgain()
    {
        var refusals = 2;
        await using (var journal = Journal(_ =>
        {
            if (Interlocked.Decrement(ref refusals) >= 0)
            {
                throw new IOException("the folder cannot be synced");
            }
        }))
        {
            Assert.False(await journal.AppendAsync(Scan(0)));
            await AwaitUntil.Holds(
                () => _alarms.Stands(GateAlarm.JournalRefused), Patience, "an alarm", Stop);
            await AwaitUntil.Holds(() => _alarms.Standing.Count == 0, Patience, "a disk that syncs", Stop);
            Assert.Equal(0, journal.Lost);
        }

        Assert.Equal([1L], new JournalFolder(_folder.Path, _alarms).All().Select(scan => scan.Sequence));
    }

    [Fact]
    public void Write_Document_IsUnderItsNameWhenTheFolderIsSynced()
    {
        var path = _folder.Combine("a.doc");
        var seen = new List<byte>();
        byte[][] contents = [[1], [2], [3]];
        foreach (var content in contents)
        {
            DocumentFile.Write(path, [content], folder =>
            {
                Assert.Equal(_folder.Path, folder);
                seen.Add(DocumentFile.Read(path)![0][0]);
            });
        }

        Assert.Equal([1, 2, 3], seen);
        Assert.Equal([2], DocumentFile.Read(path + DocumentFile.PreviousSuffix)![0]);
        Assert.Throws<IOException>(() => DocumentFile.Write(path, [[4]], _ => throw new IOException("refused")));
    }

    private ScanJournal Journal(Codes.Storage.SyncFolder sync) => new(
        new JournalFolder(_folder.Path, _alarms), 64 << 20, Patience, _alarms, TimeProvider.System, sync);

    private static OfflineScan Scan(int i) => new() { ScanId = $"scan-{i:D27}", Form = OfflineForm.Static };
}
