using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Integration.Tests.Target;

namespace YiMaTong.Integration.Tests;

/// <summary>A scene of single use admits one of many gates that scan the same code at the same moment.</summary>
public sealed class SingleUseTests(AllInOneTarget target)
{
    private const int Gates = 100;
    private const int Rounds = 20;

    [Fact]
    public async Task Decode_AHundredGatesRaceForOneCode_OneWins()
    {
        var stop = TestContext.Current.CancellationToken;
        var server = await target.ServerAsync();
        await server.City.PutAppAsync();
        var decode = new DecodeService.DecodeServiceClient(server.Grpc);
        var gates = await server.City.PutGatesAsync("race", singleUse: true, Gates);
        var sessions = await Task.WhenAll(gates.Select(gate => gate.OpenAsync(decode)));
        var holder = await server.City.PutHolderAsync();
        // A revocation tells the revision from which every node holds the citizen.
        var known = await server.City.RevokeCodesAsync(holder);
        for (var round = 0; round < Rounds; round++)
        {
            var code = await server.City.MintAsync(holder);
            using var start = new SemaphoreSlim(0);
            var scans = sessions.Select(async (session, gate) =>
            {
                await start.WaitAsync(stop);
                return await decode.DecodeAsync(
                    new DecodeRequest
                    {
                        Session = session,
                        Qrcode = code,
                        ScanId = $"race-{round}-{gate}",
                        MinRevision = known,
                    },
                    cancellationToken: stop);
            }).ToArray();

            start.Release(Gates);
            var answers = await Task.WhenAll(scans);

            var counts = answers.CountBy(answer => answer.Code).ToDictionary();
            Assert.True(
                counts.GetValueOrDefault("PY0000") == 1 && counts.GetValueOrDefault("PY2009") == Gates - 1,
                $"round {round}: {string.Join(", ", counts)}");
        }
    }
}
