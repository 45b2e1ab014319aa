using System.Diagnostics;
using Google.Protobuf;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests;

/// <summary>What RevokeCodes promises at gates: clause 8.2.3's lost phone and withdrawn consent.</summary>
public sealed class RevocationTests(AllInOneTarget target)
{
    private const int Rounds = 50;

    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decode_WithTheRevisionOfARevocation_NeverAnswersFromBefore()
    {
        var (city, decode, session) = await OpenAsync("revoke-revision");
        for (var round = 0; round < Rounds; round++)
        {
            var holder = await city.PutHolderAsync();
            var code = await city.MintAsync(holder);
            var before = await AwaitKnownAsync(decode, session, code);
            Assert.Equal("PY0000", before.Code);

            var revision = await city.RevokeCodesAsync(holder);
            var after = await decode.DecodeAsync(Scan(session, code, revision), cancellationToken: Stop);

            Assert.True(
                after.Code == "PY2010", $"round {round}: {after.Code} at revision {after.DataRevision} of {revision}");
            Assert.True(after.DataRevision >= revision);
        }
    }

    [Fact]
    public async Task Decode_WithoutARevision_AnswersRevokedWithinTheFreshnessGoal()
    {
        var (city, decode, session) = await OpenAsync("revoke-freshness");
        var holder = await city.PutHolderAsync();
        var code = await city.MintAsync(holder);
        Assert.Equal("PY0000", (await AwaitKnownAsync(decode, session, code)).Code);

        await city.RevokeCodesAsync(holder);
        var revoked = Stopwatch.GetTimestamp();
        DecodeResponse answer;
        TimeSpan elapsed;
        do
        {
            elapsed = Stopwatch.GetElapsedTime(revoked);
            answer = await decode.DecodeAsync(Scan(session, code), cancellationToken: Stop);
        }
        while (answer.Code != "PY2010" && elapsed < Freshness);

        Assert.Equal("PY2010", answer.Code);
    }

    [Fact]
    public async Task RevokeCodes_TwiceWithinASecond_VoidsTheCodeMintedBetween()
    {
        var (city, decode, session) = await OpenAsync("revoke-twice");
        var holder = await city.PutHolderAsync();
        await city.RevokeCodesAsync(holder);
        var between = await city.MintAsync(holder);

        var revision = await city.RevokeCodesAsync(holder);

        var answer = await decode.DecodeAsync(Scan(session, between, revision), cancellationToken: Stop);
        Assert.Equal("PY2010", answer.Code);
    }

    private async Task<(City City, DecodeService.DecodeServiceClient Decode, ByteString Session)> OpenAsync(
        string scene)
    {
        var server = await target.ServerAsync();
        await server.City.PutAppAsync();
        var gates = await server.City.PutGatesAsync(scene, singleUse: false, count: 1);
        var decode = new DecodeService.DecodeServiceClient(server.Grpc);
        return (server.City, decode, await gates[0].OpenAsync(decode));
    }

    // A citizen who was registered this very moment may be a moment away from the node.
    private static Task<DecodeResponse> AwaitKnownAsync(
        DecodeService.DecodeServiceClient decode, ByteString session, string code) => AwaitUntil.Satisfies(
            async () => await decode.DecodeAsync(Scan(session, code), cancellationToken: Stop),
            answer => answer.Code is not ("PY2007" or "PY2018"),
            TimeSpan.FromSeconds(5),
            "the node knows the citizen",
            cancellationToken: Stop);

    private static DecodeRequest Scan(ByteString session, string code, ulong revision = 0) => new()
    {
        Session = session,
        Qrcode = code,
        ScanId = Guid.NewGuid().ToString(),
        MinRevision = revision,
    };
}
