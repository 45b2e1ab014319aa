using System.Text.Json.Nodes;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Integration.Tests.Target;

namespace YiMaTong.Integration.Tests;

/// <summary>Nothing about a person and no secret gets into what monitoring and logs see.</summary>
public sealed class CanaryTests(AllInOneTarget target)
{
    [Fact]
    public async Task MetricsAndOutput_AfterTraffic_HoldNoPersonalDatumAndNoSecret()
    {
        var stop = TestContext.Current.CancellationToken;
        var server = await target.ServerAsync();
        await server.City.PutAppAsync();
        var holder = await server.City.PutHolderAsync();
        var gates = await server.City.PutGatesAsync("canary", singleUse: false, count: 1);
        var decode = new DecodeService.DecodeServiceClient(server.Grpc);
        var session = await gates[0].OpenAsync(decode);
        var code = await server.City.MintAsync(holder);
        string[] scans = [code, code[..^1] + "$", "someone else's code"];
        foreach (var text in scans)
        {
            await decode.DecodeAsync(
                new DecodeRequest { Session = session, Qrcode = text, ScanId = "canary" }, cancellationToken: stop);
        }

        await server.City.RevokeCodesAsync(holder);
        var metrics = await server.Admin.GetStringAsync("/metrics", stop);
        Assert.Contains("yimatong", metrics, StringComparison.OrdinalIgnoreCase);

        var canaries = new Dictionary<string, string>
        {
            ["identity number"] = holder.IdNumber,
            ["name"] = holder.Name,
            ["phone"] = holder.Phone,
            ["citizen's session"] = holder.Session,
            ["access token"] = holder.AccessToken,
            ["code"] = code,
            ["gate's session"] = session.ToBase64(),
            ["operator token"] = server.OperatorToken,
            ["feed token"] = server.FeedToken,
        };
        Collect(server.Demo, "", canaries);
        foreach (var (what, canary) in canaries)
        {
            Assert.False(metrics.Contains(canary, StringComparison.Ordinal), $"{what} is in the metrics");
            Assert.False(server.Output.Contains(canary, StringComparison.Ordinal), $"{what} is in the output");
        }
    }

    // Every secret of demo.json; its public names and numbers are no secrets.
    private static void Collect(JsonObject from, string path, Dictionary<string, string> into)
    {
        foreach (var (name, value) in from)
        {
            if (value is JsonObject inner)
            {
                Collect(inner, $"{path}{name}.", into);
            }
            else if (name.Contains("Token", StringComparison.OrdinalIgnoreCase)
                || name.Contains("Code", StringComparison.Ordinal)
                || name is "responseKeyBase64")
            {
                into[path + name] = (string)value!;
            }
            else if (name is "merchantPrivateKeyPem")
            {
                into[path + name] = ((string)value!).Split('\n')[1];
            }
        }
    }
}
