using System.Globalization;
using YiMaTong.Testing;

namespace YiMaTong.Decode.Tests.Decisions;

/// <summary>What is left after the process is killed, or its disk refuses. YIMATONG_LONG=1 kills 1,000 times.</summary>
public sealed class JournalKillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly bool Long = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_AtRandomMoments_LeavesEveryAcknowledgedDecisionOnce()
    {
        var kills = Long ? 1_000 : 30;
        var seed = Environment.TickCount;
        output.WriteLine($"{kills} kills, seed {seed} (1,000 with YIMATONG_LONG=1)");
        var random = new Random(seed);
        long acknowledged = 0, found = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            using var folder = new TempDirectory();
            var acked = await WriteAndKill(folder.Path, "Durable", random.Next(150));
            var numbers = TestJournal.ReadBack(folder.Path).Select(TestJournal.NumberOf).ToList();

            Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
            Assert.True(numbers.Count >= acked.Number, $"{acked.Number} acknowledged, {numbers.Count} found");
            acknowledged += acked.Number;
            found += numbers.Count;
        }

        output.WriteLine($"{acknowledged} acknowledged, {found} found");
    }

    [Fact]
    public async Task Kill_InFastMode_LosesTheLastMomentsOnly()
    {
        var kills = Long ? 100 : 5;
        var longest = 0L;
        for (var kill = 0; kill < kills; kill++)
        {
            using var folder = new TempDirectory();
            var acked = await WriteAndKill(folder.Path, "Fast", 100);
            var numbers = TestJournal.ReadBack(folder.Path).Select(TestJournal.NumberOf).ToList();

            Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
            var firstLost = acked.All.FirstOrDefault(ack => ack.Number > numbers.Count);
            longest = Math.Max(longest, firstLost.Number == 0 ? 0 : acked.TickMs - firstLost.TickMs);
        }

        output.WriteLine($"{kills} kills: answers of at most the last {longest} ms are lost");

        // 5 ms and two syncs: on a shared disk a sync may take long.
        Assert.InRange(longest, 0, 500);
    }

    [Fact]
    public async Task Disk_RefusesForAWhile_LosesWhatIsCountedAndRecordsTheLoss()
    {
        const int Count = 20_000;
        using var folder = new TempDirectory();
        await using var child = Start("fill", folder.Path, Count.ToString(CultureInfo.InvariantCulture), "4");
        await child.WaitForLine(line => line.StartsWith("full lost=", StringComparison.Ordinal), Limit, Token);
        var (code, said) = await ManagedProcess.Run(
            "prlimit", ["--pid", $"{child.Id}", "--fsize=unlimited"], Limit, cancellationToken: Token);
        Assert.True(code == 0, said);
        var again = await child.WaitForLine(
            line => line.StartsWith("again lost=", StringComparison.Ordinal), Limit, Token);
        Assert.Equal(0, await child.WaitForExit(Limit, Token));
        var lost = long.Parse(again["again lost=".Length..], CultureInfo.InvariantCulture);

        var records = TestJournal.ReadBack(folder.Path);
        var losses = records.Where(record => record.Lost is not null).Select(record => record.Lost).ToList();
        var numbers = records.Where(record => record.Lost is null).Select(TestJournal.NumberOf).ToList();
        output.WriteLine($"{numbers.Count} kept, {lost} lost, in {losses.Count} records of loss");

        Assert.InRange(lost, 1, Count);
        Assert.Equal((ulong)lost, losses.Aggregate(0UL, (sum, loss) => sum + loss.Count));
        Assert.All(losses, loss => Assert.InRange(loss.FromMs, 1_700_000_000_001, loss.ToMs));
        Assert.Equal(Count - lost, numbers.Count);
        Assert.Equal(numbers.Order().Distinct(), numbers);
    }

    [Fact]
    public async Task Disk_RefusesInTheMiddleOfAFile_AcknowledgedDecisionsAreThereOnce()
    {
        using var folder = new TempDirectory();

        // Files end 24,576 bytes before their size is reached: the write in flight then fails half-way.
        await using var child = Start("write", folder.Path, "Durable", "1000");
        _ = await child.WaitForLine(line => Acks([line]).Any(ack => ack.Number > 20_000), Limit, Token);
        child.Kill();
        _ = await child.WaitForExit(Limit, Token);

        var acked = Acks(child.Output.Split('\n')).Last();
        var numbers = TestJournal.ReadBack(folder.Path).Select(TestJournal.NumberOf).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
        Assert.True(numbers.Count >= acked.Number, $"{acked.Number} acknowledged, {numbers.Count} found");
    }

    private static async Task<(long Number, long TickMs, List<(long Number, long TickMs)> All)> WriteAndKill(
        string folder, string mode, int afterMs)
    {
        await using var child = Start("write", folder, mode, null);
        _ = await child.WaitForLine(line => line.StartsWith("ack ", StringComparison.Ordinal), Limit, Token);
        await Task.Delay(afterMs, Token);
        child.Kill();
        _ = await child.WaitForExit(Limit, Token);
        var all = Acks(child.Output.Split('\n')).ToList();
        return (all[^1].Number, all[^1].TickMs, all);
    }

    // A line that the kill cut off is not acknowledged: it has no time.
    private static IEnumerable<(long Number, long TickMs)> Acks(IEnumerable<string> lines) =>
        lines.Select(line => line.TrimEnd('\r').Split(' '))
            .Where(words => words is ["ack", _, { Length: > 0 }])
            .Select(words => (
                long.Parse(words[1], CultureInfo.InvariantCulture),
                long.Parse(words[2], CultureInfo.InvariantCulture)));

    private static ManagedProcess Start(string command, string folder, string argument, string? fileLimitKiB)
    {
        var words = JournalChild.CommandLine(command, folder, argument).ToList();

        // The runtime's own double mapping would break the limit before the journal does.
        return fileLimitKiB is null
            ? ManagedProcess.Start(words[0], words.Skip(1))
            : ManagedProcess.Start(
                "bash",
                ["-c", $"trap '' XFSZ; ulimit -S -f {fileLimitKiB}; exec \"$@\"", "child", .. words],
                environment: new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" });
    }
}
