using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Tests;
using YiMaTong.Testing;

namespace YiMaTong.Faults.Tests;

/// <summary>
/// kill -9 at random moments while codes of single use are let in and signed requests are answered: what was
/// acknowledged is used for good. 3 kills by default, 50 with YIMATONG_LONG=1.
/// </summary>
public sealed class UsedOverKillTests(ITestOutputHelper output)
{
    private const int Subjects = 100;
    private const int Callers = 4;
    private const int RunMsMax = 800;
    private const int EachMax = 5_000;
    private const int CheckedMax = 500;

    // So long that no code of a run is refused for its age.
    private const string Life = "--Decode:SingleUseLifeSeconds=1200";

    // A thread that waits for a core on a busy machine is no disk that hangs.
    private const string Held = "--Decode:Used:HeldMs=5000";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_KilledWhileCodesAreUsed_NeverTakesACodeOrARequestTwice()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}, {Size.Name}");
        var random = new Random(seed);
        using var folder = new TempDirectory("yimatong-faults-");
        var port = FreePort.Take(1)[0];
        await using var feed = new ModelFeed(Subjects, singleUse: true);
        await feed.Start(port);
        var (codes, requests) = (0, 0);
        for (var round = 0; round < Size.Of(3, 50); round++)
        {
            var told = new Told();
            await using (var node = await DecodeProcess.Start(folder.Path, port, "", Life, Held))
            {
                var session = await node.OpenSession(World.MacId);
                var opened = DecodeProcess.SessionRequest(World.MacId);
                Assert.Equal("PY0000", (await node.Send(opened)).Code);
                told.Sessions.Add(opened);
                Task[] callers =
                [
                    .. Enumerable.Range(0, Callers).Select(_ => Scan(node, session, told)), Ask(node, told),
                ];

                // The moment of the kill is what is random here; only that something was used is waited for.
                await AwaitUntil.Satisfies(
                    () => Task.FromResult(!told.Scans.IsEmpty && !told.Requests.IsEmpty), any => any,
                    TimeSpan.FromSeconds(30), "something is used", cancellationToken: Stop);
                await Task.Delay(random.Next(RunMsMax), Stop);
                node.Kill();
                await Task.WhenAll(callers);
            }

            await using var again = await DecodeProcess.Start(folder.Path, port, "", Life);
            await Check(again, told);
            again.Kill();
            (codes, requests) = (codes + told.Scans.Count, requests + told.Requests.Count);
        }

        output.WriteLine(
            $"{codes} codes and {requests} signed requests were used, the newest {CheckedMax} of each run tried again");
    }

    [Fact]
    public async Task Note_FileMayNotGrow_GoesOnInANewFileAndKeepsUsesOverAKill()
    {
        // 512 blocks of 1 KiB are 8,192 uses of 64 bytes.
        const int Uses = 9_000;
        using var folder = new TempDirectory("yimatong-faults-");
        var port = FreePort.Take(1)[0];
        await using var feed = new ModelFeed(Subjects, singleUse: true);
        await feed.Start(port);
        var told = new Told();
        await using (var node = await DecodeProcess.Start(
            folder.Path, port, "ulimit -f 512; export DOTNET_EnableWriteXorExecute=0;", Life, Held))
        {
            var session = await node.OpenSession(World.MacId);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Scan(node, session, told, Uses / 4)));
            Assert.Equal(Uses, told.Scans.Count);
            Assert.Contains("cannot be written", node.Output, StringComparison.Ordinal);

            // Until the new file has what the old one refused, the alarm says that a kill would forget it.
            await AwaitUntil.Satisfies(
                () => node.Metric("yimatong_decode_used_trouble"), trouble => trouble == 0,
                TimeSpan.FromSeconds(30), "uses are written again", cancellationToken: Stop);
            node.Kill();
        }

        await using var again = await DecodeProcess.Start(folder.Path, port, "", Life);
        await Check(again, told);
    }

    [Fact]
    public async Task Note_FullTmpfs_AlarmsAndAnswersOnAndKeepsUsesOverAKillAfterwards()
    {
        using var folder = new TempDirectory("yimatong-faults-");
        var mount = folder.Combine("small");
        System.IO.Directory.CreateDirectory(mount);
        await Run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", mount);
        try
        {
            var port = FreePort.Take(1)[0];
            await using var feed = new ModelFeed(Subjects, singleUse: true);
            await feed.Start(port);
            var told = new Told();
            await using (var node = await DecodeProcess.Start(
                folder.Path, port, "", Life, $"--Decode:Used:Folder={mount}"))
            {
                // Room for the first uses is left, and then none.
                await File.WriteAllBytesAsync(Path.Combine(mount, "filler"), new byte[480 * 1024], Stop);
                var session = await node.OpenSession(World.MacId);
                while (await node.Metric("yimatong_decode_used_trouble") == 0)
                {
                    Assert.True(told.Scans.Count < 5_000, "no alarm");
                    await Scan(node, session, told, 200);
                }

                await Scan(node, session, told, 200);
                var (ready, text) = await node.Get("readyz");
                Assert.Equal(200, ready);
                Assert.Contains("the disk refuses", text, StringComparison.Ordinal);
                Assert.Contains("cannot be written", node.Output, StringComparison.Ordinal);
                await Check(node, told);

                File.Delete(Path.Combine(mount, "filler"));
                await AwaitUntil.Satisfies(
                    () => node.Metric("yimatong_decode_used_trouble"), trouble => trouble == 0,
                    TimeSpan.FromSeconds(30), "uses are written again", cancellationToken: Stop);
                Assert.Equal(0, await node.Metric("yimatong_decode_used_lost"));
                node.Kill();
            }

            output.WriteLine($"{told.Scans.Count} codes used");
            await using var again = await DecodeProcess.Start(
                folder.Path, port, "", Life, $"--Decode:Used:Folder={mount}");
            await Check(again, told);
        }
        finally
        {
            await Run("umount", "--lazy", mount);
        }
    }

    private static async Task Scan(DecodeProcess node, ByteString session, Told told, int count = EachMax)
    {
        for (var i = 0; i < count; i++)
        {
            var request = new DecodeRequest
            {
                Session = session,
                Qrcode = DecodeProcess.Mint(ModelFeed.FirstHandle + (ulong)(i % Subjects)),
                ScanId = Guid.NewGuid().ToString(),
            };
            if (await Answer(() => node.Send(request)) is not { } answer)
            {
                return;
            }

            Assert.Equal("PY0000", answer.Code);
            told.Scans.Enqueue((request, answer.DecisionId));
        }
    }

    private static async Task Ask(DecodeProcess node, Told told)
    {
        for (var i = 0; i < EachMax; i++)
        {
            var (time, code) = (WireTime.Compact(DateTimeOffset.UtcNow), DecodeProcess.Mint(ModelFeed.FirstHandle));
            var request = new DecodeQrcodeRequest
            {
                MerchantId = World.MerchantId,
                MacId = World.MacId,
                Time = time,
                Qrcode = code,
                Sign = Keys.Pss.Sign(
                    ("macId", World.MacId), ("merchantId", World.MerchantId), ("qrcode", code), ("time", time)),
            };
            if (await Answer(() => node.Send(request)) is not { } answer)
            {
                return;
            }

            Assert.Equal("PY0000", answer.Code);
            told.Requests.Enqueue(request);
        }
    }

    /// <summary>The answer; null where the node was killed before it.</summary>
    private static async Task<T?> Answer<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
        {
            return null;
        }
    }

    private static async Task Check(DecodeProcess node, Told told, int last = CheckedMax)
    {
        var own = await node.OpenSession(World.MacId);
        var other = await node.OpenSession(ModelFeed.OtherMacId);
        foreach (var (scan, decision) in told.Scans.TakeLast(last))
        {
            var stranger = new DecodeRequest { Session = other, Qrcode = scan.Qrcode, ScanId = scan.ScanId };
            Assert.Equal("PY2009", (await node.Send(stranger)).Code);
            var repeated = new DecodeRequest { Session = own, Qrcode = scan.Qrcode, ScanId = scan.ScanId };
            var again = await node.Send(repeated);
            Assert.Equal(("PY0000", decision), (again.Code, again.DecisionId));
        }

        foreach (var request in told.Requests.TakeLast(last))
        {
            Assert.Equal("PY2004", (await node.Send(request)).Code);
        }

        foreach (var request in told.Sessions)
        {
            Assert.Equal("PY2004", (await node.Send(request)).Code);
        }
    }

    private static async Task Run(string program, params string[] arguments)
    {
        var (code, text) = await ManagedProcess.Run(
            program, arguments, TimeSpan.FromSeconds(10), cancellationToken: Stop);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} needs root, and failed: {text}");
    }

    /// <summary>What the node acknowledged.</summary>
    private sealed class Told
    {
        public ConcurrentQueue<(DecodeRequest Scan, string DecisionId)> Scans { get; } = [];

        public ConcurrentQueue<DecodeQrcodeRequest> Requests { get; } = [];

        public List<OpenSessionRequest> Sessions { get; } = [];
    }
}
