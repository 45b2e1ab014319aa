using Google.Protobuf;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests;

/// <summary>Decode answers without issuing, catches up with it, and rebuilds itself from it.</summary>
public sealed class TwoServicesTests
{
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decode_IssuingDiesAndReturns_AnswersThroughoutAndLearnsTheNextRevocation()
    {
        await using var services = new TwoServices();
        await services.StartIssuingAsync();
        await services.StartDecodeAsync();
        var city = new City(services.Rest, services.Issuing, services.OperatorToken);
        await city.PutAppAsync();
        var gates = await city.PutGatesAsync("two", singleUse: false, count: 2);
        var holder = await city.PutHolderAsync();
        var code = await city.MintAsync(holder);
        var decode = new DecodeService.DecodeServiceClient(services.Decode);
        var session = await gates[0].OpenAsync(decode);
        await AnswersAsync(decode, session, code, "PY0000", "the node knows the citizen");

        await services.KillIssuingAsync();
        Assert.Equal("PY0000", (await ScanAsync(decode, session, code)).Code);
        Assert.Equal("PY0000", (await ScanAsync(decode, await gates[1].OpenAsync(decode), code)).Code);

        await services.StartIssuingAsync();
        await city.RevokeCodesAsync(holder);
        await AnswersAsync(decode, session, code, "PY2010", "the revocation reaches the node");

        await services.KillDecodeAsync();
        await services.StartDecodeAsync();
        session = await gates[0].OpenAsync(decode);
        Assert.Equal("PY2010", (await ScanAsync(decode, session, code)).Code);
        var next = await city.MintAsync(holder);
        await AnswersAsync(decode, session, next, "PY0000", "the next code is accepted");
    }

    private static Task<DecodeResponse> AnswersAsync(
        DecodeService.DecodeServiceClient decode, ByteString session, string code, string expected, string what) =>
        AwaitUntil.Satisfies(
            () => ScanAsync(decode, session, code),
            answer => answer.Code == expected,
            CatchUpLimit,
            what,
            cancellationToken: Stop);

    private static async Task<DecodeResponse> ScanAsync(
        DecodeService.DecodeServiceClient decode, ByteString session, string code) => await decode.DecodeAsync(
            new DecodeRequest { Session = session, Qrcode = code, ScanId = Guid.NewGuid().ToString() },
            deadline: DateTime.UtcNow.AddSeconds(5),
            cancellationToken: Stop);
}
