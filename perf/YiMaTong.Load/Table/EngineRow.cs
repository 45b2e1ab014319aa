namespace YiMaTong.Load.Table;

/// <summary>P1: the engine beside its floor.</summary>
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
            var told = await BenchmarkProcess.Run(rig, "floor", $"{subjects}");
            ratios.Add(told["engineNs"] / told["floorNs"]);
            bytes.Add(told["bytesPerDecode"]);
            text = $"engine {told["engineNs"]:0} ns, floor {told["floorNs"]:0} ns "
                + $"(open {told["openNs"]:0}, read {told["readNs"]:0})";
        }

        return
        [
            new("P1", "engine ÷ (open a code + read a subject)", 1.5, false, "×", ratios, text),
            new("P1", "bytes allocated per decode", 0, false, "B", bytes, ""),
        ];
    }
}
