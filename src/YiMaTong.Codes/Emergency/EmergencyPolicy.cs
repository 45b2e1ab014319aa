namespace YiMaTong.Codes.Emergency;

/// <summary>What a gate holds codes against. Immutable and thread-safe.</summary>
public sealed class EmergencyPolicy
{
    private const int SkewMax = 300;
    private const int ShowingLifeMax = 300;

    /// <summary>Where the gate stands.</summary>
    public required RegionCode Region { get; init; }

    /// <summary>
    /// Tolerated difference of clocks in seconds, 0 to 300. A gate and a phone without a network have drifted: 30 s
    /// is what an ordinary quartz loses in two weeks.
    /// </summary>
    public int SkewSeconds
    {
        get;
        init => field = Checked(value, 0, SkewMax);
    } = 30;

    /// <summary>Life of a showing in seconds, 5 to 300.</summary>
    public int ShowingLifeSeconds
    {
        get;
        init => field = Checked(value, 5, ShowingLifeMax);
    } = 60;

    /// <summary>
    /// Whether a code passes whose status list the gate does not hold. An exit says yes, so that nobody is trapped.
    /// </summary>
    public bool AcceptUnknownStatus { get; init; }

    private static int Checked(int value, int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max);
        return value;
    }
}
