using YiMaTong.Load.Running;

namespace YiMaTong.Load.Table;

/// <summary>A line of the table.</summary>
/// <param name="Id">Number of the goal.</param>
/// <param name="What">What is measured.</param>
/// <param name="Target">The goal's figure.</param>
/// <param name="AtLeast">Whether the figure should be at least the target; else at most.</param>
/// <param name="Unit">Unit of figures; "×" for ratios.</param>
/// <param name="Figures">One figure a run.</param>
/// <param name="Reason">What to know about it: what was measured beside it, or why it could not be measured.</param>
internal sealed record RowResult(
    string Id, string What, double Target, bool AtLeast, string Unit, IReadOnlyList<double> Figures, string Reason)
{
    /// <summary>Why there is no figure of refusals.</summary>
    public const string NobodyRefused = "none was refused";

    /// <summary>Whether there is a figure.</summary>
    public bool Measured => Figures.Count > 0;

    public double Median => Measured ? Figures.Order().ElementAt(Figures.Count / 2) : 0;

    public double Min => Measured ? Figures.Min() : 0;

    public double Max => Measured ? Figures.Max() : 0;

    /// <summary>Whether the median meets the target.</summary>
    public bool Met => Measured && (AtLeast ? Median >= Target : Median <= Target);

    /// <summary>The runs behind it, for the JSON file.</summary>
    public IReadOnlyList<RunResult> Runs { get; init; } = [];

    /// <summary>A line that could not be measured.</summary>
    public static RowResult NotMeasured(string id, string reason) => new(id, "not measured", 0, true, "", [], reason);
}
