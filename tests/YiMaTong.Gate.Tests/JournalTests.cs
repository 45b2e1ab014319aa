using CsCheck;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Journal;
using YiMaTong.Testing;

namespace YiMaTong.Gate.Tests;

public sealed class JournalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _folder = new();
    private readonly GateAlarms _alarms = new(TimeProvider.System);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Record_Written_HasTheFrozenLayout()
    {
        var scan = new OfflineScan { ScanId = "a", AtMs = 5, Decision = Decision.Permit, Told = 0 };
        var record = ScanRecord.Write(new Guid("00112233-4455-6677-8899-aabbccddeeff"), 7, scan);

        Assert.Equal(
            "07000000" + Convert.ToHexStringLower(record.AsSpan(4, 4)) + "0700000000000000" + "0a016110052801",
            Convert.ToHexStringLower(record));
        Assert.Equal("39b5b77c", Convert.ToHexStringLower(record.AsSpan(4, 4)));
    }

    [Fact]
    public async Task Segment_CutAtAnyByte_KeepsTheRecordsBefore()
    {
        await WriteAsync(5);
        var segment = Assert.Single(ScanSegment.All(_folder.Path));
        var bytes = await File.ReadAllBytesAsync(segment.Path, Stop);
        var ends = Ends(bytes, segment.Journal);
        for (var length = 0; length <= bytes.Length; length++)
        {
            await File.WriteAllBytesAsync(segment.Path, bytes[..length], Stop);
            var scans = segment.Read(out var damage);
            var whole = ends.Count(end => end <= length);
            Assert.Equal(Enumerable.Range(1, whole), scans.Select(scan => (int)scan.Sequence));
            Assert.Equal(0, damage);
        }
    }

    [Fact]
    public async Task Segment_DamagedAnywhere_LosesWhatIsTouchedAlone()
    {
        await WriteAsync(20);
        var segment = Assert.Single(ScanSegment.All(_folder.Path));
        var bytes = await File.ReadAllBytesAsync(segment.Path, Stop);
        var ends = Ends(bytes, segment.Journal);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[1, 255]).Sample(
            (at, flip) =>
            {
                var damaged = bytes.ToArray();
                damaged[at] ^= (byte)flip;
                File.WriteAllBytes(segment.Path, damaged);
                var touched = ends.Count(end => end <= at) + 1;
                Assert.Equal(
                    Enumerable.Range(1, 20).Where(i => i != touched),
                    segment.Read(out _).Select(scan => (int)scan.Sequence));
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public async Task Segment_LongerThanMemoryTakes_IsReadAsFarAsASegmentGoes()
    {
        await WriteAsync(3);
        var segment = Assert.Single(ScanSegment.All(_folder.Path));
        await using (var file = new FileStream(segment.Path, FileMode.Open))
        {
            file.SetLength(5L << 30);
        }

        Assert.Equal([1L, 2, 3], new JournalFolder(_folder.Path, _alarms).All().Select(scan => scan.Sequence));
        Assert.True(_alarms.Stands(GateAlarm.JournalDamaged));
    }

    [Fact]
    public async Task Segment_OfAnotherJournal_CountsNothing()
    {
        await WriteAsync(3);
        var segment = Assert.Single(ScanSegment.All(_folder.Path));

        Assert.Empty((segment with { Journal = Guid.NewGuid() }).Read(out _));
    }

    [Fact]
    public async Task Append_JournalIsFull_AnswersAtOnceAndWritesWhenThereIsRoom()
    {
        var folder = new JournalFolder(_folder.Path, _alarms);
        await WriteAsync(50);
        await using (var journal = new ScanJournal(folder, folder.Bytes + 100, Patience, _alarms, TimeProvider.System))
        {
            Assert.True(await journal.AppendAsync(Scan(0)));
            Assert.False(await journal.AppendAsync(Scan(1)));
            Assert.False(await journal.AppendAsync(Scan(2)));
            Assert.True(_alarms.Stands(GateAlarm.JournalRefused));

            // What issuing has makes room, and what waited is written.
            Assert.False(_alarms.Stands(GateAlarm.JournalFull));
            folder.Acknowledge(folder.NextRun(journal.Id)![0].Journal, 50);
            await AwaitUntil.Holds(
                () => !_alarms.Stands(GateAlarm.JournalRefused), TimeSpan.FromSeconds(30), "room", Stop);

            // It was younger than a day, and codes used then are not known after a restart.
            Assert.True(_alarms.Stands(GateAlarm.JournalFull));
            Assert.True(await journal.AppendAsync(Scan(3)));
            Assert.Equal(0, journal.Lost);
        }

        Assert.Equal([1L, 2, 3, 4], folder.All().Select(scan => scan.Sequence));
    }

    [Fact]
    public async Task Append_JournalIsFull_TheOldestThatIsHomeGoesAloneAndWithAnAlarmForADay()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(1));
        var alarms = new GateAlarms(clock);
        foreach (var count in new[] { 40, 50, 60 })
        {
            await WriteAsync(count);
        }

        var folder = new JournalFolder(_folder.Path, alarms);
        var journals = ScanSegment.All(_folder.Path).Select(segment => segment.Journal).ToList();
        folder.Acknowledge(journals[1], 50);
        folder.Acknowledge(journals[2], 60);
        await using var journal = new ScanJournal(folder, folder.Bytes + 100, Patience, alarms, clock);
        Assert.True(await journal.AppendAsync(Scan(0)));
        Assert.Empty(alarms.Standing);

        Assert.True(await journal.AppendAsync(Scan(1)));

        // The first is older, and issuing does not have it.
        Assert.Equal([journals[0], journals[2], journal.Id], ScanSegment.All(_folder.Path).Select(one => one.Journal));
        Assert.Equal([GateAlarm.JournalFull], alarms.Standing.Select(alarm => alarm.Alarm));
        clock.Advance(Uses.UsedCodes.Memory);
        Assert.True(await journal.AppendAsync(Scan(2)));
        Assert.Empty(alarms.Standing);
    }

    [Fact]
    public async Task Folder_AcknowledgedAndADayOld_IsDeleted()
    {
        await WriteAsync(3);
        await WriteAsync(2);
        var folder = new JournalFolder(_folder.Path, _alarms);
        var first = folder.NextRun(Guid.Empty)!;
        Assert.Equal([1L, 2, 3], first.Select(scan => scan.Sequence));
        folder.Acknowledge(first[0].Journal, 3);

        folder.Prune(Guid.Empty, DateTimeOffset.MinValue);
        Assert.Equal((5, 2), (folder.All().Count(), (int)folder.Waiting()));
        folder.Prune(Guid.Empty, DateTimeOffset.MaxValue);
        Assert.Equal((2, 2), (folder.All().Count(), (int)folder.Waiting()));

        // What was acknowledged is known after a restart too.
        folder.Acknowledge(folder.NextRun(Guid.Empty)![0].Journal, 2);
        Assert.Null(new JournalFolder(_folder.Path, _alarms).NextRun(Guid.Empty));
        await File.WriteAllTextAsync(_folder.Combine("acknowledged.doc"), "damaged", Stop);
        Assert.Equal(2, new JournalFolder(_folder.Path, _alarms).NextRun(Guid.Empty)!.Count);
    }

    [Fact]
    public async Task Prune_ClockIsKnownToBeWrong_DeletesNothing()
    {
        await WriteAsync(3);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(3));
        var alarms = new GateAlarms(clock);
        var folder = new JournalFolder(_folder.Path, alarms);
        folder.Acknowledge(folder.NextRun(Guid.Empty)![0].Journal, 3);
        await using var journal = new ScanJournal(folder, 64 << 20, Patience, alarms, clock);
        alarms.Raise(GateAlarm.ClockWrong, "issuing's clock is three days behind");

        journal.Prune();
        Assert.Equal(3, folder.All().Count());
        alarms.Clear(GateAlarm.ClockWrong);
        journal.Prune();
        Assert.Empty(folder.All());
    }

    [Fact]
    public async Task Folder_JournalThatIssuingRefuses_DoesNotHoldUpTheNext()
    {
        await WriteAsync(3);
        await WriteAsync(2);
        var folder = new JournalFolder(_folder.Path, _alarms);
        var refused = folder.NextRun(Guid.Empty)![0].Journal;

        var next = folder.NextRun(Guid.Empty, new HashSet<Guid> { refused })!;

        Assert.NotEqual(refused, next[0].Journal);
        folder.Acknowledge(next[0].Journal, 2);
        Assert.Null(folder.NextRun(Guid.Empty, new HashSet<Guid> { refused }));
        folder.Prune(Guid.Empty, DateTimeOffset.MaxValue);
        Assert.Equal(3, folder.Waiting());
    }

    [Fact]
    public async Task Folder_CannotBeReadNow_TellsWhatWaitedAndAnAlarm()
    {
        await WriteAsync(3);
        var folder = new JournalFolder(_folder.Path, _alarms);
        Assert.Equal(3, folder.Waiting());

        Directory.Move(_folder.Path, _folder.Path + ".away");
        Assert.Equal(3, folder.Waiting());
        Assert.True(_alarms.Stands(GateAlarm.JournalDamaged));
        Directory.Move(_folder.Path + ".away", _folder.Path);

        Assert.NotNull(folder.NextRun(Guid.Empty));
        folder.Listed(null);
        Assert.Empty(_alarms.Standing);
    }

    [Fact]
    public async Task Folder_SegmentThatCannotBeReadNow_IsNeitherHomeNorDeleted()
    {
        await WriteAsync(3);
        var segment = Assert.Single(ScanSegment.All(_folder.Path));
        var folder = new JournalFolder(_folder.Path, _alarms);
        using (new FileStream(segment.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Null(folder.NextRun(Guid.Empty));
            folder.Prune(Guid.Empty, DateTimeOffset.MaxValue);
            Assert.True(_alarms.Stands(GateAlarm.JournalDamaged));
        }

        Assert.Equal(3, folder.NextRun(Guid.Empty)!.Count);
        Assert.Empty(_alarms.Standing);
    }

    [Fact]
    public async Task Folder_SegmentThatCannotBeReadNow_HoldsUpWhatFollowsInItsJournal()
    {
        await WriteAsync(5_000);
        var folder = new JournalFolder(_folder.Path, _alarms);
        var segments = ScanSegment.All(_folder.Path);
        Assert.True(segments.Count > 1);
        using (new FileStream(segments[0].Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Null(folder.NextRun(Guid.Empty));
        }

        Assert.Equal(1, folder.NextRun(Guid.Empty)![0].Sequence);
    }

    [Fact]
    public async Task Folder_GapInAJournal_EndsTheRun()
    {
        await WriteAsync(6);
        var segment = Assert.Single(ScanSegment.All(_folder.Path));
        var bytes = await File.ReadAllBytesAsync(segment.Path, Stop);
        bytes[Ends(bytes, segment.Journal)[2] + 20] ^= 1;
        await File.WriteAllBytesAsync(segment.Path, bytes, Stop);
        var folder = new JournalFolder(_folder.Path, _alarms);

        Assert.Equal([1L, 2, 3], folder.NextRun(Guid.Empty)!.Select(scan => scan.Sequence));
        Assert.True(_alarms.Stands(GateAlarm.JournalDamaged));
        folder.Acknowledge(segment.Journal, 3);
        Assert.Equal([5L, 6], folder.NextRun(Guid.Empty)!.Select(scan => scan.Sequence));

        // The alarm is over when the damaged segment was brought home and is gone.
        folder.Acknowledge(segment.Journal, 6);
        Assert.True(_alarms.Stands(GateAlarm.JournalDamaged));
        folder.Prune(Guid.Empty, DateTimeOffset.MaxValue);
        Assert.Empty(_alarms.Standing);
    }

    [Fact]
    public async Task Append_ManyAtOnce_AreInOrderAndInSeveralSegments()
    {
        await WriteAsync(5_000);

        var scans = new JournalFolder(_folder.Path, _alarms).All().ToList();

        Assert.Equal(Enumerable.Range(1, 5_000), scans.Select(scan => (int)scan.Sequence));
        Assert.True(ScanSegment.All(_folder.Path).Count > 1);
    }

    private async Task WriteAsync(int count)
    {
        var folder = new JournalFolder(_folder.Path, _alarms);
        await using var journal = new ScanJournal(folder, 64 << 20, Patience, _alarms, TimeProvider.System);
        var written = await Task.WhenAll(Enumerable.Range(0, count).Select(i => journal.AppendAsync(Scan(i))));
        Assert.All(written, Assert.True);
    }

    private static OfflineScan Scan(int i) => new()
    {
        ScanId = $"scan-{i:D27}",
        AtMs = 1_770_000_000_000 + i,
        Form = OfflineForm.Static,
        Direction = Direction.Entry,
        Decision = Decision.Permit,
        StatusIndex = (uint)i,
    };

    private static List<int> Ends(byte[] bytes, Guid journal)
    {
        var ends = new List<int>();
        for (var at = 0; at < bytes.Length; ends.Add(at))
        {
            at += ScanRecord.Read(bytes.AsSpan(at), journal, out _, out _);
        }

        return ends;
    }
}
