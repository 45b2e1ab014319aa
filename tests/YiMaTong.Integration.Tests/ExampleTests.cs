using System.Text.Json.Nodes;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests;

/// <summary>
/// The partner guide's programs, run as a partner runs them: with openssl, curl and Node, without our code.
/// </summary>
public sealed class ExampleTests(AllInOneTarget target)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // One test: the authorisation code of demo.json works once.
    [Fact]
    public async Task MintThenDecode_ByShell_PermitsAndOpensTheAnswer()
    {
        var server = await target.ServerAsync();
        using var folder = new TempDirectory();
        var png = folder.Combine("code.png");

        var minted = await RunAsync("sh", Example("mint.sh"), Base(server), server.DemoPath, png);
        var code = minted.Split('\n').Single(line => line.StartsWith("YM1", StringComparison.Ordinal));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(png, Stop))[..4]);

        var decoded = await RunAsync("sh", Example("decode.sh"), Base(server), server.DemoPath, code);
        Assert.Contains(
            "\"decision\":\"permit\"", decoded.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("seal holds", decoded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_ByShellForACompatibleMerchant_OpensTheAnswer()
    {
        var server = await target.ServerAsync();
        using var folder = new TempDirectory();
        var demo = folder.Combine("compatible.json");
        await File.WriteAllTextAsync(demo, server.Demo["compatibleMerchant"]!.ToJsonString(), Stop);
        var code = await CodeAsync(server);

        var decoded = await RunAsync("sh", Example("decode.sh"), Base(server), demo, code);

        Assert.Contains(
            "\"decision\":\"permit\"", decoded.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_ByNodeFromTheProtosAlone_PermitsWithTags()
    {
        var server = await target.ServerAsync();
        await NodeModules.InstallAsync();
        var (exitCode, output) = await ManagedProcess.Run(
            "node",
            [
                Example("grpc-decode.mjs"), server.GrpcAddress, server.DemoPath,
                RepositoryRoot.Combine("protos"), await CodeAsync(server),
            ],
            Limit,
            NodeModules.Folder,
            Stop);

        Assert.True(exitCode == 0, output);
        var answer = JsonNode.Parse(output)!;
        Assert.Equal("DECISION_PERMIT", (string?)answer["decision"]);
        var tags = answer["tags"]!.AsArray().Select(tag => (string?)tag!["text"]);
        Assert.Equal(["退役军人", "E类人才"], tags);
    }

    private static async Task<string> CodeAsync(AllInOneServer server) =>
        (string)(await server.City.ShowAsync((string)server.Demo["accessToken"]!))["qrcode"]!;

    private static string Base(AllInOneServer server) => server.Rest.BaseAddress!.GetLeftPart(UriPartial.Authority);

    private static string Example(string name) => RepositoryRoot.Combine("docs", "api", "examples", name);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output) = await ManagedProcess.Run(program, arguments, Limit, cancellationToken: Stop);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
