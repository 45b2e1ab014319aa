using System.Text.Json;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests;

/// <summary>
/// The measurement itself works: with small sizes every row of the table gets a figure. What the figures are is not
/// asked here; a busy machine measures nothing else.
/// </summary>
public sealed class PerfSmokeTests
{
    private static readonly string[] Goals =
        ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P12", "P13", "P14", "G"];

    // Servers and generators take both cores: beside it no other test would be answered in time.
    [Fact(DisableParallelization = true)]
    public async Task Run_WithSmallSizes_MeasuresEveryRow()
    {
        await using var run = ManagedProcess.Start(
            "bash",
            [RepositoryRoot.Combine("perf", "run.sh"), "--smoke"],
            environment: new Dictionary<string, string> { ["PERF_NO_BUILD"] = "1" });

        var exitCode = await run.WaitForExit(TimeSpan.FromMinutes(4), TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, run.Output);
        var file = RepositoryRoot.Combine("perf", "results", "smoke.json");
        using var results = JsonDocument.Parse(
            await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        Assert.False(string.IsNullOrEmpty(results.RootElement.GetProperty("machine").GetString()));
        var rows = results.RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(
            Goals.Order(StringComparer.Ordinal),
            rows.Select(row => row.GetProperty("id").GetString()!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(
            rows.Where(row => row.GetProperty("reason").GetString() != "none was refused"),
            row => Assert.NotEqual(0, row.GetProperty("figures").GetArrayLength()));
        Assert.True(File.Exists(Path.ChangeExtension(file, ".html")));
    }
}
