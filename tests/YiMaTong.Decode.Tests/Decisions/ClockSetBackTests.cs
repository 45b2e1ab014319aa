using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using YiMaTong.Decode.Decisions;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Decisions;

public sealed class ClockSetBackTests
{
    // This run's segment came first, and what earlier runs had left waited until it was full.
    [Fact]
    public async Task Next_ClockIsSetBackBetweenRuns_GivesEarlierRunsFirst()
    {
        const int Each = 20;
        using var folder = new TempDirectory();
        var clock = new FakeTimeProvider(Node.Start);
        for (var run = 0; run < 2; run++)
        {
            using var earlier = Open(folder, clock);
            Write(earlier, run * Each);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        using var journal = Open(folder, new FakeTimeProvider(Node.Start - TimeSpan.FromDays(1)));
        Write(journal, 2 * Each);
        await AwaitUntil.Soon(() => journal.Committed == Each, "this run's segment is begun");

        Assert.Equal(
            Enumerable.Range(1, 3 * Each).Select(number => (long)number),
            TestJournal.ReadAll(journal).Select(TestJournal.NumberOf));
        Assert.Equal(journal.Journal, Assert.Single(journal.Folder.Segments()).Journal);

        static void Write(DecisionJournal journal, int after)
        {
            for (var number = after + 1; number <= after + Each; number++)
            {
                Assert.True(journal.Record(TestJournal.Entry(number)));
            }
        }
    }

    private static DecisionJournal Open(TempDirectory folder, TimeProvider clock) => new(
        Options.Create(TestJournal.OptionsIn(folder.Path)), clock,
        new Logger<DecisionJournal>(new RecordingLogs()));
}
