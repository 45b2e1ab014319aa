namespace YiMaTong.Load.Table;

/// <summary>One or more goals that are measured together.</summary>
internal interface IRow
{
    /// <summary>Goals that it measures, for example "P5".</summary>
    IReadOnlyList<string> Ids { get; }

    /// <summary>Measures them.</summary>
    Task<IReadOnlyList<RowResult>> Measure(Rig rig);
}
