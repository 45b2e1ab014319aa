using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using YiMaTong.Decode.Decisions;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Decisions;

/// <summary>A disk that hangs under the decision record.</summary>
public sealed class HeldCommitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DecisionJournal Open(
        TempDirectory folder, HeldDisk disk, RecordingLogs logs, Action<DecisionOptions> change) => new(
        Options.Create(TestJournal.OptionsIn(folder.Combine("journal"), change)), TimeProvider.System,
        new Logger<DecisionJournal>(logs), disk.Write);

    // Each answer waited for as long as the first.
    [Theory]
    [InlineData(DecisionPolicy.Answer)]
    [InlineData(DecisionPolicy.Refuse)]
    public async Task Settled_DiskHangs_WaitsOnceAndThenFollowsThePolicyAtOnce(DecisionPolicy policy)
    {
        const int WaitMs = 1_000;
        const int Count = 100;
        using var folder = new TempDirectory();
        using var disk = new HeldDisk();
        using var logs = new RecordingLogs();
        using var journal = Open(folder, disk, logs, options =>
            (options.Mode, options.WhenFull, options.CommitWaitMs) = (DecisionMode.Durable, policy, WaitMs));
        Assert.True(journal.Record(TestJournal.Entry(1)));
        Assert.True(await journal.Settled(Token));
        disk.Hold();

        var clock = Stopwatch.StartNew();
        for (var number = 2; number <= Count; number++)
        {
            Assert.True(journal.Record(TestJournal.Entry(number)));
            Assert.Equal(policy == DecisionPolicy.Answer, await journal.Settled(Token));
        }

        // The old way takes 99 s.
        Assert.InRange(clock.Elapsed.TotalMilliseconds, 0, 20 * WaitMs);
        Assert.Equal(JournalTrouble.DiskHangs, journal.Trouble);
        Assert.Equal(policy == DecisionPolicy.Refuse, journal.Refusing);
        Assert.Single(logs.Entries, entry => entry.Event == "Hangs");

        disk.Release();
        await AwaitUntil.Soon(() => journal.Committed == Count, "all is written");
        await AwaitUntil.Soon(() => logs.Entries.Any(entry => entry.Event == "WentOn"), "the end is told");
        Assert.Equal((JournalTrouble.None, false), (journal.Trouble, journal.Refusing));
        Assert.True(journal.Record(TestJournal.Entry(Count + 1)));
        Assert.True(await journal.Settled(Token));
        Assert.Equal(0, journal.Lost);
    }

    [Fact]
    public async Task Dispose_DiskHangs_EndsAllTheSameAndSaysSo()
    {
        using var folder = new TempDirectory();
        using var disk = new HeldDisk();
        using var logs = new RecordingLogs();
        var journal = Open(folder, disk, logs, options =>
            (options.Mode, options.CommitWaitMs, options.StopMs) = (DecisionMode.Durable, 1_000, 100));
        Assert.True(journal.Record(TestJournal.Entry(1)));
        Assert.True(await journal.Settled(Token));
        disk.Hold();
        Assert.True(journal.Record(TestJournal.Entry(2)));
        await AwaitUntil.Soon(() => journal.Trouble == JournalTrouble.DiskHangs, "the disk hangs");

        var stop = Task.Run(journal.Dispose, Token);
        await AwaitUntil.Soon(() => stop.IsCompleted, "the node ends");

        Assert.Contains(logs.Entries, entry => entry.Event == "HeldAtStop");
        disk.Release();
    }
}
