using System.Diagnostics;
using YiMaTong.Decode.Decisions;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Decisions;

public sealed class DecisionJournalTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DecisionMode.Fast)]
    [InlineData(DecisionMode.Durable)]
    public void Record_ManyWriters_EveryEntryIsReadBackOnce(DecisionMode mode)
    {
        const int Writers = 4, Each = 20_000;
        using var folder = new TempDirectory();
        using (var journal = TestJournal.Open(folder.Path, options => (options.Mode, options.WhenFull) =
            (mode, DecisionPolicy.Refuse)))
        {
            Parallel.For(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers }, writer =>
            {
                for (var i = 1; i <= Each; i++)
                {
                    var entry = TestJournal.Entry(((long)writer * Each) + i);
                    SpinWait.SpinUntil(() => journal.Record(entry));
                }
            });
        }

        var numbers = TestJournal.ReadBack(folder.Path).Select(TestJournal.NumberOf).ToList();

        Assert.Equal(Writers * Each, numbers.Count);
        Assert.Equal(Enumerable.Range(1, Writers * Each).Select(number => (long)number), numbers.Order());
        for (var writer = 0; writer < Writers; writer++)
        {
            var own = numbers.Where(number => (number - 1) / Each == writer).ToList();
            Assert.Equal(own.Order(), own);
        }

        // All of it was accepted: nothing but the lock is left.
        Assert.Empty(System.IO.Directory.GetFiles(folder.Path, "*" + Segment.Extension));
    }

    [Fact]
    public async Task Settled_Durable_ComesAfterTheCommit()
    {
        using var folder = new TempDirectory();
        using var journal = TestJournal.Open(folder.Path, options =>
            (options.Mode, options.CommitWaitMs) = (DecisionMode.Durable, 10_000));
        Assert.True(journal.Waits);
        for (var number = 1; number <= 50; number++)
        {
            Assert.True(journal.Record(TestJournal.Entry(number)));
            Assert.True(await journal.Settled(Token));
            Assert.InRange(journal.Committed, number, number);
        }

        Assert.Equal(0, journal.Late);
        Assert.Equal(50, TestJournal.ReadAll(journal).Count);
    }

    [Theory]
    [InlineData(DecisionPolicy.Answer)]
    [InlineData(DecisionPolicy.Refuse)]
    public async Task Record_DiskRefuses_FollowsThePolicyAndRecovers(DecisionPolicy policy)
    {
        const int Count = 20_000;
        using var folder = new TempDirectory();
        var logs = new RecordingLogs();
        var path = folder.Combine("journal");
        using var journal = TestJournal.Open(
            path,
            options => (options.Mode, options.WhenFull, options.RingCapacity, options.CommitWaitMs) =
                (DecisionMode.Durable, policy, 1024, 10_000),
            logs);
        System.IO.Directory.Move(path, path + "-away");

        Assert.True(journal.Record(TestJournal.Entry(1)));
        var answered = await journal.Settled(Token);
        await AwaitUntil.Soon(() => journal.Trouble == JournalTrouble.DiskRefuses, "the disk refuses");
        var kept = 1;
        for (var number = 2; number <= Count; number++)
        {
            // The writer may take some of the queue in hand at any time, and make room after a loss.
            var lost = journal.Lost;
            kept += journal.Record(TestJournal.Entry(number)) && journal.Lost == lost ? 1 : 0;
        }

        Assert.Equal(policy == DecisionPolicy.Answer, answered);
        Assert.Equal(policy == DecisionPolicy.Refuse, journal.Refusing);
        Assert.Equal(policy == DecisionPolicy.Answer ? Count - kept : 0, journal.Lost);

        // The queue, and what of it the writer holds in hand.
        Assert.InRange(kept, 1_024, 8_000);
        Assert.Equal(policy == DecisionPolicy.Answer, await journal.Settled(Token));

        System.IO.Directory.Move(path + "-away", path);
        await AwaitUntil.Soon(() => journal.Committed == kept, "the disk takes again");
        await AwaitUntil.Soon(
            () => policy == DecisionPolicy.Refuse || logs.Entries.Any(entry => entry.Event == "Lost"),
            "the loss is recorded");
        var records = TestJournal.ReadAll(journal);

        Assert.False(journal.Refusing);
        Assert.True(await journal.Settled(Token));
        Assert.Equal(kept, records.Count(record => record.Lost is null));
        Assert.Equal(journal.Lost, records.Sum(record => (long)(record.Lost?.Count ?? 0)));
        Assert.Single(logs.Entries, entry => entry.Event == "CannotWrite");
        Assert.Single(logs.Entries, entry => entry.Event == "WritesAgain");
    }

    [Fact]
    public async Task Record_BudgetSpent_GoesOnWhenSegmentsAreShipped()
    {
        using var folder = new TempDirectory();
        using var journal = TestJournal.Open(
            folder.Path, options => (options.DiskMiB, options.RingCapacity) = (2, 1024));
        var (number, lostBefore) = (0, 0L);
        while (journal.Trouble != JournalTrouble.BudgetSpent || journal.Lost == lostBefore)
        {
            lostBefore = journal.Trouble == JournalTrouble.None ? journal.Lost : lostBefore;
            Assert.True(journal.Record(TestJournal.Entry(++number)));
            if (number % 512 == 0)
            {
                await Task.Delay(1, Token);
            }
        }

        Assert.InRange(journal.Folder.Bytes, 1, 2 * 1024 * 1024);
        var lost = journal.Lost;
        using var reader = new JournalReader(journal, new RecordingLogs());
        var (decisions, losses) = (0L, 0L);
        await AwaitUntil.Soon(
            () =>
            {
                while (reader.Next() is { } batch)
                {
                    var records = TestJournal.RecordsOf(batch);
                    decisions += records.Count(record => record.Lost is null);
                    losses += records.Sum(record => (long)(record.Lost?.Count ?? 0));
                    reader.Accept();
                }

                return losses == lost;
            },
            "the loss is read");

        Assert.Equal(JournalTrouble.None, journal.Trouble);
        Assert.Equal(number - lost, decisions);
    }

    [Fact]
    public void Open_TheFolderOfAnother_Throws()
    {
        using var folder = new TempDirectory();
        using var journal = TestJournal.Open(folder.Path);

        var error = Assert.Throws<IOException>(() => TestJournal.Open(folder.Path));

        Assert.Contains(folder.Path, error.Message);
    }

    [Fact]
    public void Record_Warm_AllocatesNothing()
    {
        using var folder = new TempDirectory();
        using var journal = TestJournal.Open(folder.Path);
        var entry = TestJournal.Entry(1);
        for (var i = 0; i < 20_000; i++)
        {
            journal.Record(entry);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var startedAt = Stopwatch.GetTimestamp();
        for (var i = 0; i < 40_000; i++)
        {
            journal.Record(entry);
        }

        var elapsed = Stopwatch.GetElapsedTime(startedAt);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        output.WriteLine($"{elapsed.TotalNanoseconds / 40_000:0} ns a record");
        Assert.Equal(0, journal.Lost);
    }

    [Fact]
    public void Record_WithoutAPause_IsSyncedOnceInASpanAndNotBackToBack()
    {
        const int SpanMs = 50;
        using var folder = new TempDirectory();
        using var journal = TestJournal.Open(folder.Path, options => options.CommitMs = SpanMs);
        var entry = TestJournal.Entry(1);
        var startedAt = Stopwatch.GetTimestamp();
        for (var elapsed = TimeSpan.Zero; elapsed < TimeSpan.FromMilliseconds(10 * SpanMs);)
        {
            // There is always a next record by the time that a sync ends, and never a buffer full of them.
            journal.Record(entry);
            var next = elapsed + TimeSpan.FromMicroseconds(50);
            do
            {
                elapsed = Stopwatch.GetElapsedTime(startedAt);
            }
            while (elapsed < next);
        }

        var spans = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds / SpanMs;
        output.WriteLine($"{journal.Committed} records in {journal.Commits} commits, {spans:0.0} spans");
        Assert.InRange(journal.Commits, 1, (long)spans + 1);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(1_000)]
    public async Task Settled_GroupAfterGroup_KeepsUpWithACity(int group)
    {
        using var folder = new TempDirectory();
        using var journal = TestJournal.Open(folder.Path, options =>
            (options.Mode, options.CommitWaitMs, options.SegmentMiB) = (DecisionMode.Durable, 10_000, 8));
        var startedAt = Stopwatch.GetTimestamp();
        var number = 0;
        while (Stopwatch.GetElapsedTime(startedAt) < TimeSpan.FromSeconds(1))
        {
            for (var i = 0; i < group; i++)
            {
                Assert.True(journal.Record(TestJournal.Entry(++number)));
            }

            Assert.True(await journal.Settled(Token));
        }

        var perSecond = number / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        var syncs = SyncsPerSecond(folder.Combine("bare"));
        output.WriteLine($"{perSecond:0} records a second, {group} a commit; the disk alone syncs {syncs:0} times");
        Assert.True(perSecond > 4 * syncs, $"{perSecond:0} records a second, the disk alone syncs {syncs:0} times");
    }

    // What the disk can do decides on the rate, and no two have the same disk. A sync for each record would not even
    // reach this.
    private static double SyncsPerSecond(string path)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var startedAt = Stopwatch.GetTimestamp();
        var syncs = 0;
        for (; Stopwatch.GetElapsedTime(startedAt) < TimeSpan.FromMilliseconds(300); syncs++)
        {
            RandomAccess.Write(file, new byte[4096], syncs * 4096L);
            RandomAccess.FlushToDisk(file);
        }

        return syncs / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }
}
