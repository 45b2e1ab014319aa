using YiMaTong.Testing;

namespace YiMaTong.Faults.Tests;

/// <summary>
/// kill -9 at random moments while snapshots are written and changes stream in: after each restart every answer is the
/// model's. 10 kills by default, 200 with YIMATONG_LONG=1.
/// </summary>
public sealed class KilledNodeTests(ITestOutputHelper output)
{
    private const int Subjects = 20_000;
    private const int RunMsMax = 700;
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Restart_KilledAtAnyMoment_AnswersAsTheModel()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}, {Size.Name}");
        var random = new Random(seed);
        using var folder = new TempDirectory("yimatong-faults-");
        var port = FreePort.Take(1)[0];
        await using var feed = new ModelFeed(Subjects);
        await feed.Start(port);
        using var done = new CancellationTokenSource();
        var churn = Churn(feed, random.Next(), done.Token);
        var (restored, checks) = (0, 0);
        for (var round = 0; round <= Size.Of(10, 200); round++)
        {
            await using var node = await DecodeProcess.Start(folder.Path, port, "", "--Directory:MemoryMiB=1");
            restored += node.Output.Contains("restored revision", StringComparison.Ordinal) ? 1 : 0;
            await node.OpenSession();
            for (var i = 0; i < 50; i++)
            {
                checks += await node.Check(feed, random.Next(Subjects)) ? 1 : 0;
            }

            var newest = feed.Revision;
            await AwaitUntil.Satisfies(
                () => node.Check(feed, random.Next(Subjects), newest), known => known, CatchUpLimit,
                $"round {round}: revision {newest} is applied",
                cancellationToken: TestContext.Current.CancellationToken);

            if (round == 0)
            {
                // Snapshots are written beside the scans, not before them: a busy machine may take longer for the first
                // than a node lives here. From then on every restart has a file to begin with.
                await AwaitUntil.Satisfies(
                    () => node.Metric("yimatong_decode_snapshot_revision"), revision => revision > 0, CatchUpLimit,
                    "the first snapshot is written", cancellationToken: TestContext.Current.CancellationToken);
            }

            // The moment of the kill is what is random here: nothing is waited for.
            await Task.Delay(random.Next(RunMsMax), TestContext.Current.CancellationToken);
            node.Kill();
        }

        await done.CancelAsync();
        await churn;
        output.WriteLine(
            $"{restored} restarts from a snapshot file, {feed.Snapshots} from the feed, {checks} answers checked, "
            + $"revision {feed.Revision}");
        Assert.True(restored >= Size.Of(10, 200), $"{restored} restored");
        Assert.True(checks > 400, $"{checks} checks");
    }

    [Fact]
    public async Task Restart_IssuingIsDown_AnswersFromTheSnapshotAndTellsItsAge()
    {
        using var folder = new TempDirectory("yimatong-faults-");
        var port = FreePort.Take(1)[0];
        var feed = new ModelFeed(1_000);
        await feed.Start(port);
        await using (var node = await DecodeProcess.Start(folder.Path, port))
        {
            await AwaitUntil.Satisfies(
                () => node.Metric("yimatong_decode_snapshot_revision"), revision => revision == feed.Revision,
                CatchUpLimit, "a snapshot is written", cancellationToken: TestContext.Current.CancellationToken);
        }

        await feed.DisposeAsync();
        await using var again = await DecodeProcess.Start(folder.Path, port);
        await again.OpenSession();
        Assert.True(await again.Check(feed, 7));
        var age = (await again.Scan(ModelFeed.FirstHandle)).DataAgeMs;
        Assert.InRange(age, 1U, 120_000U);
        Assert.InRange(await again.Metric("yimatong_decode_data_age_seconds"), age / 1_000.0, 120);
        Assert.False(await again.Check(feed, 7, feed.Revision + 1));
    }

    private static async Task Churn(ModelFeed feed, int seed, CancellationToken cancellation)
    {
        var random = new Random(seed);
        while (!cancellation.IsCancellationRequested)
        {
            for (var i = 0; i < 20; i++)
            {
                feed.Change(random.Next(feed.Subjects));
            }

            await Task.Delay(10, CancellationToken.None);
        }
    }
}
