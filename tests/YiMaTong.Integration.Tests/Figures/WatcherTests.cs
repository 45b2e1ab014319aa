using System.Diagnostics;
using Grpc.Core;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Integration.Tests.Target;

namespace YiMaTong.Integration.Tests.Figures;

/// <summary>
/// One change for all gates that watch issuing's trust: the time until the last of them has it, and what they cost in
/// memory there. 1,000 watchers; 10,000 with YIMATONG_LONG=1. The watchers run on the same cores.
/// </summary>
public sealed class WatcherTests(ITestOutputHelper output)
{
    private static readonly int Watchers = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1" ? 10_000 : 1_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // Within which a revocation must be effective everywhere.
    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_OneChangeForAll_ReachesTheLastWithinFiveSeconds()
    {
        await using var services = new TwoServices();
        await services.StartIssuingAsync();
        var operators = new Metadata { { "authorization", $"Bearer {services.OperatorToken}" } };
        var desk = new EmergencyDesk(services.Rest, services.Issuing, services.OperatorToken);
        var before = ProcessMemory.Now(services.IssuingId);
        await using var crowd = new WatcherCrowd(services.IssuingAddress, Watchers);
        await crowd.SyncedAsync(Limit);
        var watched = ProcessMemory.Now(services.IssuingId);

        var declared = await MeasureAsync(
            crowd, update => update.Declarations.Count > 0, desk.DeclareAsync);
        var revoked = await MeasureAsync(
            crowd, update => !update.KeySet.IsEmpty, () => RevokeAsync(services, operators));

        output.WriteLine(
            $"{Watchers:N0} watchers: a declaration at the last after {declared.TotalMilliseconds:0} ms, a revoked key "
            + $"after {revoked.TotalMilliseconds:0} ms; {(watched - before) * 1000 / Watchers:0} kB of memory each, "
            + $"{ProcessMemory.Most(services.IssuingId):0} MB at most");
        Assert.True(declared <= Goal && revoked <= Goal, $"{declared}, {revoked}");
    }

    private static async Task<TimeSpan> MeasureAsync(
        WatcherCrowd crowd, Func<TrustUpdate, bool> isIt, Func<Task> change)
    {
        var reached = crowd.ReachAsync(isIt, Limit);
        var started = Stopwatch.GetTimestamp();
        await change();
        await reached;
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task RevokeAsync(TwoServices services, Metadata operators)
    {
        var keys = new EmergencyKeyService.EmergencyKeyServiceClient(services.Issuing);
        var listed = await keys.ListEmergencyKeysAsync(
            new ListEmergencyKeysRequest(), operators, cancellationToken: Stop);
        var answer = await keys.RevokeEmergencyKeyAsync(
            new RevokeEmergencyKeyRequest { KeyId = listed.Response[0].KeyId }, operators, cancellationToken: Stop);
        Assert.Equal("PY0000", answer.Code);
    }
}
