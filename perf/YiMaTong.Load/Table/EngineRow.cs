using System.Diagnostics;
using System.Text.Json;

namespace YiMaTong.Load.Table;

/// <summary>P1: the engine beside its floor, in a process of its own on the servers' core.</summary>
internal sealed class EngineRow : IRow
{
    public IReadOnlyList<string> Ids => ["P1"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var subjects = rig.Sizes.Smoke ? 10_000 : rig.Sizes.Subjects;
        var (ratios, bytes) = (new List<double>(), new List<double>());
        var text = "";
        for (var i = 0; i < rig.Sizes.Runs; i++)
        {
            var start = new ProcessStartInfo(
                "taskset",
                [
                    "-c", "0", "dotnet", "exec", rig.Bench.Assembly("perf", "YiMaTong.Benchmarks"), "floor",
                    $"{subjects}",
                ])
            {
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            text = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            var line = text.Split('\n').LastOrDefault(l => l.StartsWith('{'))
                ?? throw new InvalidDataException("the engine's benchmark told nothing");
            using var told = JsonDocument.Parse(line);
            ratios.Add(Of("engineNs") / Of("floorNs"));
            bytes.Add(Of("bytesPerDecode"));
            text = $"engine {Of("engineNs"):0} ns, floor {Of("floorNs"):0} ns "
                + $"(open {Of("openNs"):0}, read {Of("readNs"):0})";
            double Of(string name) => told.RootElement.GetProperty(name).GetDouble();
        }

        return
        [
            new("P1", "engine ÷ (open a code + read a subject)", 1.5, false, "×", ratios, text),
            new("P1", "bytes allocated per decode", 0, false, "B", bytes, ""),
        ];
    }
}
