namespace YiMaTong.Load.Table;

/// <summary>How big and how long a table is measured. The small form shows that every row can be measured.</summary>
internal sealed record Sizes
{
    public bool Smoke { get; init; }

    public int Runs { get; init; } = 3;

    public int Subjects { get; init; } = 1_000_000;

    public int SmallCity { get; init; } = 10_000;

    public int LargeCity { get; init; } = 10_000_000;

    public int Pool { get; init; } = 1 << 18;

    public int Signed { get; init; } = 300_000;

    public TimeSpan WarmLeast { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan WarmAgain { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan WarmMost { get; init; } = TimeSpan.FromSeconds(45);

    public TimeSpan Run { get; init; } = TimeSpan.FromSeconds(8);

    public TimeSpan Steady { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(10);

    public int Probes { get; init; } = 500;

    public static Sizes Small { get; } = new()
    {
        Smoke = true,
        Runs = 1,
        Subjects = 10_000,
        LargeCity = 100_000,
        Pool = 1 << 14,
        Signed = 2_500,
        WarmLeast = TimeSpan.FromSeconds(1),
        WarmAgain = TimeSpan.FromSeconds(1),
        WarmMost = TimeSpan.FromSeconds(1),
        Run = TimeSpan.FromSeconds(1),
        Steady = TimeSpan.FromSeconds(3),
        Step = TimeSpan.FromSeconds(1),
        Probes = 20,
    };
}
