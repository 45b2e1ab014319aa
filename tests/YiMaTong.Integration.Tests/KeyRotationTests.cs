using System.Diagnostics;
using Grpc.Core;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Integration.Tests.Rotation;
using YiMaTong.Integration.Tests.Target;

namespace YiMaTong.Integration.Tests;

/// <summary>
/// Every kind of key is rotated in turn, as an operator does it, while passengers pass: keys of online codes, signers
/// of emergency codes and of the documents behind them, the merchant's signing key, its response key. 20,000 calls with
/// each kind every 2 s; 1,000,000 calls with each kind every 10 s with YIMATONG_LONG=1.
/// </summary>
public sealed class KeyRotationTests(ITestOutputHelper output)
{
    private const int People = 8;
    private const int AtOnce = 24;
    private const int RoundsLeast = 3;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1";
    private static readonly long CallsLeast = IsLong ? 1_000_000 : 20_000;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(IsLong ? 10 : 2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pass_WhileEveryKindOfKeyIsRotated_NoVerdictIsWrong()
    {
        await using var services = new TwoServices();
        await services.StartIssuingAsync(
            "--Issuing:CodeKeyAnnounceSeconds=1",
            "--Issuing:Emergency:KeyLeadSeconds=1",
            "--Issuing:Emergency:PerCitizenPerDay=1000");

        // Processes, gates and passengers share two cores here: a wait for one of them is no overload.
        await services.StartDecodeAsync(0, "--Decode:Load:TargetDelayMs=1000", "--Decode:Degraded:Mode=off");
        var operators = new Metadata { { "authorization", $"Bearer {services.OperatorToken}" } };
        var city = new City(services.Rest, services.Issuing, services.OperatorToken);
        using var crowd = await Crowd.GatherAsync(city, services, People);
        var gates = await city.PutGatesAsync("rotation", singleUse: false, count: 2);
        var voided = await VoidedCodeAsync(city);
        await new EmergencyDesk(services.Rest, services.Issuing, services.OperatorToken).DeclareAsync();
        await using var merchant = await RotatingMerchant.TakeOverAsync(services, crowd, operators, gates);
        var keys = new PlatformKeys(services.Issuing, operators);
        var passages = new Passages(merchant, crowd, voided);

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var started = Stopwatch.GetTimestamp();
        var minting = crowd.RunAsync(enough.Token);
        var passing = passages.RunAsync(AtOnce, enough.Token);
        var rounds = 0;
        while (passages.Ended < CallsLeast || rounds < RoundsLeast)
        {
            rounds++;
            await InTurnAsync(
                keys.RotateCodeKeyAsync,
                () => keys.RotateSignerAsync(
                    rounds % 2 == 0 ? EmergencyKeyRole.Documents : EmergencyKeyRole.Codes),
                merchant.ChangeSigningKeyAsync,
                merchant.ChangeResponseKeyAsync);
        }

        await enough.CancelAsync();
        await passing;
        await minting;
        var (took, used) = (Stopwatch.GetElapsedTime(started), await keys.CodeKeysUsedAsync());
        output.WriteLine(
            $"{passages.Ended:N0} calls in {took.TotalSeconds:0} s, each kind of key rotated {rounds} times "
            + $"(signers in turn), {used} code keys used, {passages.Failed} failed");
        Assert.True(passages.Failed == 0, string.Join('\n', passages.Failures));
        Assert.True(used >= rounds, $"{used} code keys used after {rounds} rotations");
    }

    private static async Task InTurnAsync(params Func<Task>[] rotations)
    {
        foreach (var rotate in rotations)
        {
            var turn = Task.Delay(Every / rotations.Length, Stop);
            await rotate();
            await turn;
        }
    }

    private static async Task<string> VoidedCodeAsync(City city)
    {
        var holder = await city.PutHolderAsync();
        var code = await city.MintAsync(holder);
        await city.RevokeCodesAsync(holder);
        return code;
    }
}
