namespace YiMaTong.Load.Table;

/// <summary>
/// P13: what telemetry and the decision record cost, each against a node that differs in nothing else. Both are
/// new: a node that has served other rows has other tables, other code and another heap.
/// </summary>
internal sealed class SwitchRow : IRow
{
    /// <summary>Pairs of runs in place of one: single pairs differ by more than what is to be told apart.</summary>
    private const int Times = 3;

    public IReadOnlyList<string> Ids => ["P13"];

    public async Task<IReadOnlyList<RowResult>> Measure(Rig rig) =>
    [
        await Cost(rig, "telemetry", 3, "OTEL_SDK_DISABLED", "true"),
        await Cost(rig, "the decision record", 10, "Decode__Decisions__Mode", "Off"),
    ];

    private static async Task<RowResult> Cost(Rig rig, string what, double target, string setting, string off)
    {
        var city = (await rig.Shared(rig.Sizes.SmallCity)).Followed;
        using var with = await rig.Node(city);
        using var without = await rig.Node(city, new Dictionary<string, string> { [setting] = off });
        var (ratios, runs) = rig.Beside(
            rig.Unary(city.City, with.Grpc),
            rig.Unary(city.City, without.Grpc),
            run => run.GoodPerSecond,
            times: rig.Sizes.Smoke ? 1 : Times);
        return new(
            "P13", $"cost of {what}", target, false, "%", [.. ratios.Select(ratio => 100 * (1 - ratio))],
            $"{runs[1].GoodPerSecond:0}/s with, {runs[0].GoodPerSecond:0}/s with {setting}={off}")
        { Runs = runs };
    }
}
