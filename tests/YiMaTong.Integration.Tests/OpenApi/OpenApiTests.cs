using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.OpenApi;

/// <summary>docs/api/openapi.yaml says what the protos say and what the running product does.</summary>
public sealed partial class OpenApiTests(AllInOneTarget target)
{
    private static readonly string Document = RepositoryRoot.Combine("docs", "api", "openapi.yaml");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>UPDATE_OPENAPI=1 writes the document anew instead.</summary>
    [Fact]
    public async Task Document_IsWhatTheContractsGenerate()
    {
        var generated = OpenApiDocument.Generate();
        if (Environment.GetEnvironmentVariable("UPDATE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(Document, generated, new UTF8Encoding(false), Stop);
        }

        Assert.Equal(generated, await File.ReadAllTextAsync(Document, Stop));
    }

    [Fact]
    public async Task Document_Linted_IsSoundOpenApi()
    {
        await NodeModules.InstallAsync();
        var (exitCode, output) = await ManagedProcess.Run(
            Path.Combine(NodeModules.Folder, "node_modules", ".bin", "redocly"),
            ["lint", Document, "--config", "redocly.yaml"],
            TimeSpan.FromSeconds(60),
            NodeModules.Folder,
            Stop);

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void Document_NamesEveryRuleOfTheProtos()
    {
        var rules = System.IO.Directory
            .EnumerateFiles(RepositoryRoot.Combine("protos", "yimatong"), "*.proto", SearchOption.AllDirectories)
            .SelectMany(file => Rule().Matches(File.ReadAllText(file)))
            .Select(rule => $"{rule.Groups[1].Value} {Variable().Replace(rule.Groups[2].Value, "{}")}");

        Assert.Equal(rules.Order(), Routes().Select(Shape).Order());
    }

    [Fact]
    public async Task EachDocumentedRoute_Called_IsThere()
    {
        var server = await target.ServerAsync();
        var missing = new List<string>();
        foreach (var (verb, path) in Routes())
        {
            using var request = new HttpRequestMessage(
                new HttpMethod(verb.ToUpperInvariant()), Variable().Replace(path, "openapi"));
            request.Content = verb == "get" ? null : JsonContent.Create(new JsonObject());
            using var answer = await server.Rest.SendAsync(request, Stop);
            if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
            {
                missing.Add($"{verb} {path}: {(int)answer.StatusCode}");
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public async Task ServicesCatalogue_NamesDocumentedRoutesOnly()
    {
        var server = await target.ServerAsync();
        var envelope = await server.Rest.GetFromJsonAsync<JsonNode>("/api/v1/services", Stop);
        var named = envelope!["response"]!["interfaces"]!.AsArray()
            .Select(row => $"{((string)row!["method"]!).ToLowerInvariant()} {(string)row["path"]!}")
            .Where(route => route.Contains("/api/v1/", StringComparison.Ordinal));

        Assert.Empty(named.Except(Routes().Select(route => $"{route.Verb} {route.Path}")));
    }

    private static string Shape((string Verb, string Path) route) =>
        $"{route.Verb} {Variable().Replace(route.Path, "{}")}";

    private static List<(string Verb, string Path)> Routes()
    {
        var routes = new List<(string Verb, string Path)>();
        var path = "";
        foreach (var line in File.ReadLines(Document))
        {
            if (PathLine().Match(line) is { Success: true } atPath)
            {
                path = atPath.Groups[1].Value;
            }
            else if (VerbLine().Match(line) is { Success: true } atVerb && path.Length > 0)
            {
                routes.Add((atVerb.Groups[1].Value, path));
            }
            else if (line == "components:")
            {
                break;
            }
        }

        Assert.NotEmpty(routes);
        return routes;
    }

    [GeneratedRegex(@"\b(get|put|post|delete|patch): ""(/[^""]+)""")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^  ""(/[^""]+)"":$")]
    private static partial Regex PathLine();

    [GeneratedRegex("^    (get|put|post|delete|patch):$")]
    private static partial Regex VerbLine();
}
