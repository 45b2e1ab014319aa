namespace YiMaTong.Load.Table;

/// <summary>P12: verifying a holder-bound emergency code beside its two raw verifications.</summary>
internal sealed class EmergencyRow : IRow
{
    public IReadOnlyList<string> Ids => ["P12"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig)
    {
        var (ratios, imported, milliseconds) = (new List<double>(), new List<double>(), new List<double>());
        var text = "";
        for (var i = 0; i < rig.Sizes.Runs; i++)
        {
            var told = await BenchmarkProcess.Run(rig, "emergency", rig.Sizes.Smoke ? "1" : "8");
            ratios.Add(told["rawNs"] / told["codeNs"]);
            imported.Add(told["importNs"] / told["codeNs"]);
            milliseconds.Add(told["codeNs"] / 1e6);
            text = $"code {told["codeNs"] / 1e3:0} µs, raw {told["rawNs"] / 1e3:0} µs, "
                + $"raw with the phone's key imported {told["importNs"] / 1e3:0} µs";
        }

        return
        [
            new("P12", "offline verification, rate ÷ two raw verifications", 0.9, true, "×", ratios, text),
            new("P12", "the same, the phone's key imported in both", 0.9, true, "×", imported, ""),
            new("P12", "offline verification", 0.3, false, "ms", milliseconds, ""),
        ];
    }
}
