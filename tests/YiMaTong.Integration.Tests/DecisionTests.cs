using Microsoft.Data.Sqlite;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests;

/// <summary>Every answer that a gate got is in issuing's database a moment later, by its number.</summary>
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
        var permitted = await Find(server.DatabasePath, answers[0].DecisionId, 2);
        var denied = await Find(server.DatabasePath, answers[2].DecisionId, 1);

        Assert.Equal([(0L, (long)Decision.Permit), (0L, (long)Decision.Permit)], permitted);
        Assert.Equal([(2009L, (long)Decision.Deny)], denied);
    }

    private static async Task<List<(long Told, long Decision)>> Find(string database, string decisionId, int count) =>
        await AwaitUntil.Satisfies(
            async () =>
            {
                await using var connection = new SqliteConnection(
                    $"Data Source={database};Mode=ReadOnly;Pooling=false");
                await connection.OpenAsync(Stop);
                await using var query = connection.CreateCommand();
                query.CommandText =
                    "SELECT told, decision FROM decision WHERE decision_id = $id AND handle IS NOT NULL";
                query.Parameters.AddWithValue("$id", Convert.FromHexString(decisionId));
                var rows = new List<(long, long)>();
                await using var reader = await query.ExecuteReaderAsync(Stop);
                while (await reader.ReadAsync(Stop))
                {
                    rows.Add((reader.GetInt64(0), reader.GetInt64(1)));
                }

                return rows;
            },
            rows => rows.Count >= count, TimeSpan.FromSeconds(15), "the decision is at issuing",
            cancellationToken: Stop);
}
