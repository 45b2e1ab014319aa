using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using YiMaTong.Decode;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Decisions;
using YiMaTong.Decode.Engine;
using YiMaTong.Testing;

namespace YiMaTong.Faults.Tests;

/// <summary>
/// A claim in the shared store whose answer was refused: any node lets the same device have it, no node another, and
/// none once somebody was let in.
/// </summary>
public sealed class SharedGiveBackTests : IAsyncLifetime
{
    private const string Gate = "gate-01";
    private const string OtherGate = "gate-02";
    private const long Now = 1_800_000_000_000;
    private const long Later = Now + 30_000;

    private RedisServer _redis = null!;
    private SharedUses _one = null!;
    private SharedUses _two = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.Start(TestContext.Current.CancellationToken);
        (_one, _two) = (Node("one"), Node("two"));
    }

    public async ValueTask DisposeAsync()
    {
        _one.Dispose();
        _two.Dispose();
        await _redis.DisposeAsync();
    }

    private SharedUses Node(string name) => new(
        Options.Create(new SharedOptions { Redis = _redis.Address, TimeoutMs = 10_000 }),
        Options.Create(new DecodeOptions()), Options.Create(new DecisionOptions { NodeId = name }),
        TimeProvider.System, NullLogger<SharedStore>.Instance);

    private static CodeUse Use(ulong code, string gate = Gate, string scanId = "", long at = Now) =>
        new(code, 1_800_000_000, 1, scanId.Length > 0, gate, at);

    private static async Task<SharedClaim> Claim(SharedUses node, CodeUse use, string scanId = "") =>
        await node.ClaimCode(use, System.Text.Encoding.UTF8.GetBytes(scanId), (UInt128)use.NowMs);

    private static async Task Won(SharedUses node, CodeUse use, string scanId = "") =>
        Assert.Equal(SharedVerdict.Won, (await Claim(node, use, scanId)).Verdict);

    private static async Task Lost(SharedUses node, CodeUse use, string scanId = "") =>
        Assert.Equal(SharedVerdict.Lost, (await Claim(node, use, scanId)).Verdict);

    [Theory]
    [InlineData("", "")]
    [InlineData("s1", "s2")]
    [InlineData("s1", "s1")]
    public async Task ClaimCode_GivenBack_WaitsForItsDeviceAtEveryNode(string first, string second)
    {
        await Won(_one, Use(1, scanId: first), first);
        _one.GiveBack(Use(1, scanId: first));
        await AwaitUntil.Satisfies(
            async () => (await Claim(_two, Use(1, scanId: second, at: Later), second)).Verdict,
            verdict => verdict == SharedVerdict.Won, TimeSpan.FromSeconds(20), "it waits for its device",
            cancellationToken: TestContext.Current.CancellationToken);

        await Lost(_two, Use(1, OtherGate, "x", Later), "x");
        await Lost(_one, Use(1, OtherGate, "x", Later), "x");

        // It is the device's first scan now: another of the same device is another scan, wherever it comes.
        await Lost(_one, Use(1, scanId: "s3", at: Later), "s3");
        await Lost(_two, Use(1, scanId: "s3", at: Later), "s3");
        await Won(_one, Use(1, scanId: second, at: Later + 1), second);
    }

    [Fact]
    public async Task ClaimCode_GivenBackAfterAnotherNodeLetIn_StaysUsed()
    {
        await Won(_one, Use(1, scanId: "s1"), "s1");
        await Won(_two, Use(1, scanId: "s1"), "s1");
        _one.GiveBack(Use(1, scanId: "s1"));
        await Settled(_one);

        await Lost(_two, Use(1, scanId: "s2", at: Later), "s2");
        await Lost(_one, Use(1, scanId: "s2", at: Later), "s2");
    }

    [Fact]
    public async Task ClaimCode_NeverTold_IsTheOwnRunsHoweverLate()
    {
        await Won(_one, Use(1));
        await Won(_one, Use(1, at: Later));
        await Lost(_two, Use(1, at: Later));
        await Lost(_one, Use(1, OtherGate, at: Later));
    }

    [Fact]
    public async Task ClaimCode_TakenWhileItIsGivenBack_IsTheDevicesOnce()
    {
        const int Rounds = 300;
        for (var round = 1UL; round <= Rounds; round++)
        {
            await Won(_one, Use(round));
            _one.GiveBack(Use(round));
            var taken = await Task.WhenAll(
                Claim(_one, Use(round, at: Later)), Claim(_two, Use(round, scanId: "s2", at: Later), "s2"));
            await Settled(_one);

            // Whoever won is the first now, and no mark may let a third scan of the device in.
            if (taken.Any(claim => claim.Verdict == SharedVerdict.Won))
            {
                Assert.Single(taken, claim => claim.Verdict == SharedVerdict.Won);
                await Lost(_two, Use(round, scanId: "s3", at: Later), "s3");
            }
        }
    }

    // Commands of one connection are answered in their order: what was asked for before is done after this.
    private static async Task Settled(SharedUses node)
    {
        for (var i = 0; i < 5; i++)
        {
            await Claim(node, Use(ulong.MaxValue, scanId: "settled"), "settled");
        }
    }
}
