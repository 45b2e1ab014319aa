using Grpc.Core;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests;

/// <summary>Every answer that a gate got is at issuing a moment later, by its number.</summary>
public sealed class DecisionTests(AllInOneTarget target)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decode_PermittedAndDenied_AreFoundAtIssuingByTheirNumber()
    {
        var server = await target.ServerAsync();
        await server.City.PutAppAsync();
        var decode = new DecodeService.DecodeServiceClient(server.Grpc);
        var gate = Assert.Single(await server.City.PutGatesAsync("audit", singleUse: true, 1));
        var session = await gate.OpenAsync(decode);
        var holder = await server.City.PutHolderAsync();
        var known = await server.City.RevokeCodesAsync(holder);
        var code = await server.City.MintAsync(holder);
        var answers = new List<DecodeResponse>();
        foreach (var scan in new[] { "audit-1", "audit-1", "audit-2" })
        {
            answers.Add(await decode.DecodeAsync(
                new DecodeRequest { Session = session, Qrcode = code, ScanId = scan, MinRevision = known },
                cancellationToken: Stop));
        }

        Assert.Equal(["PY0000", "PY0000", "PY2009"], answers.Select(answer => answer.Code));
        var permitted = await Find(server, answers[0].DecisionId, 2);
        var denied = await Find(server, answers[2].DecisionId, 1);

        Assert.Equal([("PY0000", Decision.Permit), ("PY0000", Decision.Permit)], permitted);
        Assert.Equal([("PY2009", Decision.Deny)], denied);
    }

    private static async Task<List<(string Told, Decision Decision)>> Find(
        AllInOneServer server, string decisionId, int count)
    {
        var decisions = new DecisionService.DecisionServiceClient(server.Grpc);
        var credential = new Metadata { { "authorization", $"Bearer {server.OperatorToken}" } };
        return await AwaitUntil.Satisfies(
            async () =>
            {
                var found = await decisions.GetDecisionAsync(
                    new GetDecisionRequest { DecisionId = decisionId }, credential, cancellationToken: Stop);
                Assert.Equal("PY0000", found.Code);
                return found.Response.Select(entry => (entry.Told, entry.Decision)).ToList();
            },
            entries => entries.Count >= count, TimeSpan.FromSeconds(15), "the decision is at issuing",
            cancellationToken: Stop);
    }
}
