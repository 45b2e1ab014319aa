namespace YiMaTong.Decode.Load;

/// <summary>Settings of the degraded mode: section "Decode:Degraded".</summary>
public sealed class DegradedOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Decode:Degraded";

    /// <summary>
    /// "off", "on", or "auto" by the processor time that the process takes. Default "auto". A change of the file takes
    /// effect at once.
    /// </summary>
    public string Mode { get; set; } = "auto";

    /// <summary>Percent of all processors from which to degrade, 10 to 100. Default 95.</summary>
    public int EnterCpuPercent { get; set; } = 95;

    /// <summary>Percent below which to return, at least 1 and below the former. Default 75.</summary>
    public int LeaveCpuPercent { get; set; } = 75;

    /// <summary>Seconds at or above the one, without a break, before degrading, 1 to 3,600. Default 3.</summary>
    public int EnterSeconds { get; set; } = 3;

    /// <summary>Seconds below the other, without a break, before returning, 1 to 3,600. Default 5.</summary>
    public int LeaveSeconds { get; set; } = 5;
}
