using Google.Protobuf;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Tests;
using YiMaTong.Testing;

namespace YiMaTong.Faults.Tests;

/// <summary>
/// Two decode nodes, processes of their own, that share uses through a Redis: one winner for each code, no replay at
/// either, and a declared policy while the Redis is away.
/// </summary>
public sealed class SharedUsesTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Subjects = 50;
    private readonly TempDirectory _folder = new("yimatong-faults-");
    private readonly ModelFeed _feed = new(Subjects, singleUse: true);
    private RedisServer _redis = null!;
    private int _port;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.Start(Stop);
        _port = FreePort.Take(1)[0];
        await _feed.Start(_port);
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _feed.DisposeAsync();
        _folder.Dispose();
    }

    private Task<DecodeProcess> Node(string name, params string[] settings)
    {
        var folder = _folder.Combine(name);
        System.IO.Directory.CreateDirectory(folder);
        return DecodeProcess.Start(
            folder, _port, "",
            [
                "--Decode:SingleUseLifeSeconds=1200", $"--Decode:Shared:Redis={_redis.Address}",
                "--Decode:Shared:TimeoutMs=5000", "--Decode:Decisions:NodeId=" + name,
                "--Decode:RetryGraceSeconds=0", .. settings,
            ]);
    }

    [Fact]
    public async Task Decode_GatesOfTwoNodesRaceForACode_HasOneWinnerEach()
    {
        var (rounds, callers) = (Size.Of(200, 10_000), Size.Of(20, 100));
        output.WriteLine($"{rounds} rounds of {callers} callers at two nodes; {Size.Name}");
        await using var one = await Node("one");
        await using var two = await Node("two");
        (DecodeProcess Node, ByteString Session)[] gates =
        [
            (one, await one.OpenSession(World.MacId)), (two, await two.OpenSession(World.MacId)),
            (one, await one.OpenSession(ModelFeed.OtherMacId)), (two, await two.OpenSession(ModelFeed.OtherMacId)),
        ];
        var winners = new int[gates.Length];
        for (var round = 0; round < rounds; round++)
        {
            var code = DecodeProcess.Mint(ModelFeed.FirstHandle + (ulong)(round % Subjects));
            var scans = Enumerable.Range(0, callers).Select(caller => new DecodeRequest
            {
                Session = gates[caller % gates.Length].Session,
                Qrcode = code,
                ScanId = $"{round}-{caller}",
            }).ToArray();
            var answers = await Task.WhenAll(
                scans.Select((scan, caller) => gates[caller % gates.Length].Node.Send(scan)));

            var winner = Assert.Single(Enumerable.Range(0, callers), caller => answers[caller].Code == "PY0000");
            Assert.Equal(callers - 1, answers.Count(answer => answer.Code == "PY2009"));
            winners[winner % gates.Length]++;

            // The gate that won comes again, to the other node, where its device has the neighbouring session.
            var (node, session) = gates[(winner % gates.Length) ^ 1];
            var again = await node.Send(
                new DecodeRequest { Session = session, Qrcode = code, ScanId = scans[winner].ScanId });
            Assert.Equal(("PY0000", answers[winner].DecisionId), (again.Code, again.DecisionId));
        }

        output.WriteLine($"winners by gate: {string.Join(", ", winners)}");
        Assert.True(winners[0] + winners[2] > 0 && winners[1] + winners[3] > 0, "both nodes win some");
    }

    [Fact]
    public async Task DecodeQrcode_ReplaysAtTwoNodesOverAKill_AreAllRefused()
    {
        const int Requests = 50;
        var rounds = Size.Of(25, 2_500);
        output.WriteLine($"{4 * rounds * Requests} replays at two nodes over a kill; {Size.Name}");
        var one = await Node("one");
        await using var two = await Node("two");
        var requests = Enumerable.Range(0, Requests).Select(_ => Signed()).ToArray();
        var sessions = Enumerable.Range(0, Requests)
            .Select(_ => DecodeProcess.SessionRequest(World.MacId)).ToArray();
        try
        {
            for (var i = 0; i < Requests; i++)
            {
                var node = i % 2 == 0 ? one : two;
                Assert.Equal("PY0000", (await node.Send(requests[i])).Code);
                Assert.Equal("PY0000", (await node.Send(sessions[i])).Code);
            }

            for (var round = 0; round < rounds; round++)
            {
                if (round == rounds / 2)
                {
                    one.Kill();
                    await one.DisposeAsync();
                    one = await Node("one");
                }

                var (first, second) = (one, two);
                var codes = await Task.WhenAll(requests.SelectMany(r => new[] { first.Send(r), second.Send(r) }));
                Assert.All(codes, answer => Assert.Equal("PY2004", answer.Code));
                var opened = await Task.WhenAll(sessions.SelectMany(r => new[] { first.Send(r), second.Send(r) }));
                Assert.All(opened, answer => Assert.Equal("PY2004", answer.Code));
            }
        }
        finally
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task Decode_StoreIsKilledAndComesBackEmpty_FollowsThePolicyAndGoesOn()
    {
        string[] settings = ["--Decode:Shared:RetryMs=50", "--Decode:Shared:TimeoutMs=500"];
        await using var refusing = await Node("one", settings);
        await using var alone = await Node("two", [.. settings, "--Decode:Shared:WhenAway=alone"]);
        var (first, second) = (await refusing.OpenSession(World.MacId), await alone.OpenSession(World.MacId));
        var used = new DecodeRequest { Session = first, Qrcode = Fresh(), ScanId = "used" };
        Assert.Equal("PY0000", (await refusing.Send(used)).Code);
        await _redis.Kill();

        Assert.Equal("PY1998", (await Scan(refusing, first)).Code);
        Assert.Equal("PY0000", (await Scan(alone, second)).Code);
        Assert.Equal("PY0000", (await refusing.Send(used)).Code);
        await AwaitUntil.Satisfies(
            async () =>
            {
                Assert.Equal("PY1998", (await Scan(refusing, first)).Code);
                Assert.Equal("PY0000", (await Scan(alone, second)).Code);
                return await refusing.Metric("yimatong_decode_shared_trouble")
                    + await alone.Metric("yimatong_decode_shared_trouble");
            },
            trouble => trouble == 2, TimeSpan.FromSeconds(20), "both raise the alarm", cancellationToken: Stop);
        var (ready, text) = await refusing.Get("readyz");
        Assert.Equal(200, ready);
        Assert.Contains("the shared store is away", text, StringComparison.Ordinal);

        await _redis.Begin(Stop);
        await AwaitUntil.Satisfies(
            async () => (await Scan(refusing, first)).Code, code => code == "PY0000",
            TimeSpan.FromSeconds(20), "the store is back", cancellationToken: Stop);

        // The store has forgotten; the node has not.
        var stranger = new DecodeRequest { Session = first, Qrcode = used.Qrcode, ScanId = "stranger" };
        Assert.Equal("PY2009", (await refusing.Send(stranger)).Code);
    }

    private static string Fresh() => DecodeProcess.Mint(ModelFeed.FirstHandle);

    private static Task<DecodeResponse> Scan(DecodeProcess node, ByteString session) => node.Send(
        new DecodeRequest { Session = session, Qrcode = Fresh(), ScanId = Guid.NewGuid().ToString() });

    private static DecodeQrcodeRequest Signed()
    {
        var (time, code) = (WireTime.Compact(DateTimeOffset.UtcNow), Fresh());
        return new()
        {
            MerchantId = World.MerchantId,
            MacId = World.MacId,
            Time = time,
            Qrcode = code,
            Sign = Keys.Pss.Sign(
                ("macId", World.MacId), ("merchantId", World.MerchantId), ("qrcode", code), ("time", time)),
        };
    }
}
