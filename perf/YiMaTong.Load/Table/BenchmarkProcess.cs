using System.Diagnostics;
using System.Text.Json;

namespace YiMaTong.Load.Table;

/// <summary>A loop of YiMaTong.Benchmarks in a process of its own on the servers' core.</summary>
internal static class BenchmarkProcess
{
    /// <summary>Runs a loop.</summary>
    /// <param name="rig">Where the programs are.</param>
    /// <param name="arguments">Name of the loop and its arguments.</param>
    /// <returns>The figures that it prints as one line of JSON.</returns>
    /// <exception cref="InvalidDataException">It printed none.</exception>
    public static async Task<Dictionary<string, double>> Run(Rig rig, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "taskset",
            ["-c", "0", "dotnet", "exec", rig.Bench.Assembly("perf", "YiMaTong.Benchmarks"), .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = text.Split('\n').LastOrDefault(l => l.StartsWith('{'))
            ?? throw new InvalidDataException($"the benchmark {arguments[0]} told nothing");
        return JsonSerializer.Deserialize<Dictionary<string, double>>(line)!;
    }
}
