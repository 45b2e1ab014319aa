using System.Diagnostics;
using System.Security.Cryptography;
using YiMaTong.Testing;

namespace YiMaTong.Faults.Tests;

/// <summary>A disk that takes no more: gates are answered, the alarm comes, what was written before stays.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    // 40,000 subjects are a file of 3.6 MB.
    private const int Subjects = 40_000;
    private const string Unwritten = "yimatong_decode_overflow_unwritten_bytes";
    private static readonly TimeSpan AlarmLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_FileSizeLimit_AlarmsAndAnswersOnAndKeepsTheEarlier()
    {
        using var folder = new TempDirectory("yimatong-faults-");
        var port = FreePort.Take(1)[0];
        await using var feed = new ModelFeed(Subjects);
        await feed.Start(port);
        var snapshots = folder.Combine("node", "snapshots");
        await using (var node = await DecodeProcess.Start(folder.Path, port))
        {
            await Written(node, feed.Revision);
        }

        var before = Digests(snapshots);
        feed.Change(1);

        // 2,048 blocks of 1 KiB: no file may grow beyond 2 MiB. The signal that comes with it must not end the node.
        // The runtime's own file in memory, by which code is never writable and executable at once, is larger.
        await using var limited = await DecodeProcess.Start(
            folder.Path, port, "ulimit -f 2048; export DOTNET_EnableWriteXorExecute=0;");
        await AlarmsAndAnswers(limited, feed, seconds: Size.Of(3, 60));
        Assert.Equal(before, Digests(snapshots));
        await Said(limited, "restored revision");
    }

    [Fact]
    public async Task Write_FullTmpfs_AlarmsAndAnswersOnAndRecovers()
    {
        using var folder = new TempDirectory("yimatong-faults-");
        var mount = folder.Combine("small");
        System.IO.Directory.CreateDirectory(mount);
        await Run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", mount);
        try
        {
            var port = FreePort.Take(1)[0];
            await using var feed = new ModelFeed(Subjects);
            await feed.Start(port);
            await using var node = await DecodeProcess.Start(
                folder.Path, port, "", $"--Decode:Snapshot:Folder={mount}");

            // The first generation fits; the second is too much beside it.
            await Written(node, feed.Revision);
            var before = Digests(mount);
            feed.Change(1);
            await AlarmsAndAnswers(node, feed, seconds: Size.Of(3, 60));
            Assert.Equal(before, Digests(mount));

            await Run("mount", "-o", "remount,size=64m", mount);
            await Written(node, feed.Revision, limitSeconds: 60);
            Assert.Equal(0, await node.Metric("yimatong_decode_snapshot_failing"));
            await Said(node, "can be written again");
        }
        finally
        {
            await Run("umount", "--lazy", mount);
        }
    }

    [Fact]
    public async Task Change_OverflowFilesDiskIsFull_AlarmsAndAnswersOnAndEndsByItself()
    {
        using var folder = new TempDirectory("yimatong-faults-");
        var mount = folder.Combine("small");
        System.IO.Directory.CreateDirectory(mount);
        await Run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", mount);
        try
        {
            var port = FreePort.Take(1)[0];
            await using var feed = new ModelFeed(Subjects);
            await feed.Start(port);
            await using var node = await DecodeProcess.Start(
                folder.Path, port, "", $"--Directory:Folder={mount}", "--Directory:MemoryMiB=1",
                $"--Decode:Snapshot:Folder={folder.Combine("snapshots")}",
                $"--Decode:Used:Folder={folder.Combine("used")}",
                $"--Decode:Decisions:Folder={folder.Combine("decisions")}");
            await node.OpenSession();
            Assert.Equal(0, await node.Metric(Unwritten));
            Fill(Path.Combine(mount, "filler"));
            for (var from = 0; await node.Metric(Unwritten) == 0; from += 100)
            {
                Assert.True(from < Subjects, "no alarm");
                Enumerable.Range(from, 100).ToList().ForEach(feed.Change);
                await AwaitUntil.Satisfies(
                    () => node.Metric("yimatong_decode_revision"), revision => revision >= feed.Revision, AlarmLimit,
                    "the changes are in place", cancellationToken: Stop);
            }

            await Said(node, "refuses pages");
            var (ready, text) = await node.Get("readyz");
            Assert.Equal(200, ready);
            Assert.Contains("overflow: ok (the disk refuses pages", text, StringComparison.Ordinal);
            Assert.True(await node.Check(feed, Subjects - 1), "a gate got no answer");

            // Nothing changes any more: the node tries by itself.
            File.Delete(Path.Combine(mount, "filler"));
            await AwaitUntil.Satisfies(
                () => node.Metric(Unwritten), bytes => bytes == 0, AlarmLimit, "all is written",
                cancellationToken: Stop);
            await Said(node, "waits in memory any more");
            Assert.Contains("overflow: ok\n", (await node.Get("readyz")).Body, StringComparison.Ordinal);
        }
        finally
        {
            await Run("umount", "--lazy", mount);
        }
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // No byte more.
        }
    }

    private async Task AlarmsAndAnswers(DecodeProcess node, ModelFeed feed, int seconds)
    {
        await node.OpenSession();
        var watch = Stopwatch.StartNew();
        await AwaitUntil.Satisfies(
            () => node.Metric("yimatong_decode_snapshot_failing"), failing => failing == 1, AlarmLimit, "the alarm",
            cancellationToken: Stop);
        output.WriteLine($"alarm after {watch.ElapsedMilliseconds} ms, {Size.Name}");
        var (ready, text) = await node.Get("readyz");
        Assert.Equal(200, ready);
        Assert.Contains("no snapshot can be written", text, StringComparison.Ordinal);
        await Said(node, "No snapshot can be written");
        var (answers, random) = (0, new Random(1));
        for (watch.Restart(); watch.Elapsed < TimeSpan.FromSeconds(seconds); answers++)
        {
            var subject = random.Next(Subjects);
            feed.Change(random.Next(Subjects));
            Assert.True(await node.Check(feed, subject), "a gate got no answer");
        }

        output.WriteLine($"{answers} scans answered meanwhile");
        Assert.True(await node.Metric("yimatong_decode_snapshot_failures") >= 1);
    }

    // A log's line comes by a queue and a pipe: later than what the metrics say.
    private static Task Said(DecodeProcess node, string text) => AwaitUntil.Holds(
        () => node.Output.Contains(text, StringComparison.Ordinal), AlarmLimit, $"the log says \"{text}\"", Stop);

    private static Task<double> Written(DecodeProcess node, ulong revision, int limitSeconds = 0) =>
        AwaitUntil.Satisfies(
            () => node.Metric("yimatong_decode_snapshot_revision"), written => written >= revision,
            limitSeconds == 0 ? WriteLimit : TimeSpan.FromSeconds(limitSeconds), "a snapshot is written",
            cancellationToken: Stop);

    private static string[] Digests(string folder) =>
    [
        .. System.IO.Directory.GetFiles(folder, "*.ymt").Order()
            .Select(file => Path.GetFileName(file) + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))),
    ];

    private static async Task Run(string program, params string[] arguments)
    {
        var (code, text) = await ManagedProcess.Run(
            program, arguments, TimeSpan.FromSeconds(10), cancellationToken: Stop);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} needs root, and failed: {text}");
    }
}
