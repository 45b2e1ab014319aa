using System.Globalization;
using System.Net;
using System.Text.Json;
using YiMaTong.Load.Report;
using YiMaTong.Load.Running;
using YiMaTong.Load.Scenarios;
using YiMaTong.Load.Simulation;
using YiMaTong.Load.Wire;
using YiMaTong.Perf;

namespace YiMaTong.Load;

/// <summary>One scenario under one load against a server that runs already.</summary>
internal static class RunCommand
{
    private const int SessionCount = 16;
    private const int BatchSize = 64;
    private const int FramesAhead = 4;

    public static async Task<int> Run(string name, string[] args)
    {
        var simulations = All(args, "--simulate").Select(LoadSimulation.Parse).ToArray();
        if (simulations.Length == 0)
        {
            await Console.Error.WriteLineAsync("--simulate is missing");
            return 2;
        }

        var scenario = name == "mint" ? Mint(args) : Decode(name, args);
        var warmUp = Number(args, "--warm-up", 0);
        if (warmUp > 0)
        {
            _ = new LoadRunner(scenario).WarmUp(128, TimeSpan.FromSeconds(warmUp), TimeSpan.FromSeconds(3 * warmUp));
        }

        var patience = TimeSpan.FromMilliseconds(Number(args, "--patience", 10_000));
        var result = new LoadRunner(scenario, Console.Error.WriteLine) { Patience = patience }.Run(simulations);
        await Console.Error.WriteLineAsync(result.ToString());
        var json = TableResult.Serialize(new { Machine = Machine.Line(), result });
        if (One(args, "--out") is { } prefix)
        {
            await File.WriteAllTextAsync($"{prefix}.json", json + "\n");
            await File.WriteAllTextAsync(
                $"{prefix}.html", HtmlPage.Of(Machine.Line(), result.ToString(), [(name, result)]));
        }
        else
        {
            await Console.Out.WriteLineAsync(json);
        }

        return result.Void || result.Wrong > 0 || result.Good == 0 ? 1 : 0;
    }

    private static Scenario Decode(string name, string[] args)
    {
        var city = City.Load(Needed(args, "--city"));
        var citizens = new Citizens(city, Number(args, "--zipf", 0), Number(args, "--miss", 0));
        var (links, pool) = ((int)Number(args, "--links", 32), (int)Number(args, "--pool", 1 << 18));
        if (name == "rest")
        {
            var requests = SignedRequests.Make(city, citizens, pool);
            return Scenario.Rest(
                name, IPEndPoint.Parse(Needed(args, "--rest")), links, new RestStep(name, requests, once: true));
        }

        var grpc = IPEndPoint.Parse(Needed(args, "--grpc"));
        Step Unary() => new UnaryStep(city, citizens, pool);
        Step Batch() => BatchStep.Batch(city, citizens, BatchSize, pool / BatchSize);
        var scenario = name switch
        {
            "decode" => Scenario.Unary(name, grpc, links, (Unary(), 1)),
            "batch" => Scenario.Unary(name, grpc, links, (Batch(), 1)),
            "mixed" => Scenario.Unary(name, grpc, links, (Unary(), 0.9), (Batch(), 0.1)),
            "stream" => Scenario.Streams(
                name, grpc, links, FramesAhead, BatchStep.Stream(city, citizens, BatchSize, pool / BatchSize)),
            _ => throw new ArgumentException($"no such scenario: {name}"),
        };
        var sessions = Sessions.OpenAll(city, grpc, SessionCount);
        foreach (var step in scenario.Steps)
        {
            step.Enter(sessions);
        }

        return scenario;
    }

    /// <summary>
    /// B.1 with the demonstration's credentials: one citizen, so issuing's limit for one citizen must be raised.
    /// </summary>
    private static Scenario Mint(string[] args)
    {
        using var demo = JsonDocument.Parse(File.ReadAllBytes(Needed(args, "--demo")));
        var token = demo.RootElement.GetProperty("accessToken").GetString()!;
        var request = RestLink.Request(
            "/api/v1/qrcode/generate", JsonSerializer.Serialize(new { accessToken = token }));
        return Scenario.Rest(
            "mint", IPEndPoint.Parse(Needed(args, "--rest")), (int)Number(args, "--links", 16),
            new RestStep("mint", [request], once: false));
    }

    private static IEnumerable<string> All(string[] args, string option) =>
        args.Zip(args.Skip(1)).Where(pair => pair.First == option).Select(pair => pair.Second);

    private static string? One(string[] args, string option) => All(args, option).LastOrDefault();

    private static string Needed(string[] args, string option) =>
        One(args, option) ?? throw new ArgumentException($"{option} is missing");

    private static double Number(string[] args, string option, double otherwise) =>
        One(args, option) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
