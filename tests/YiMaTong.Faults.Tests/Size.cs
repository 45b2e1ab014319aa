namespace YiMaTong.Faults.Tests;

/// <summary>How much a run does: a short form by default, the whole with YIMATONG_LONG=1.</summary>
internal static class Size
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("YIMATONG_LONG") == "1";

    public static string Name => IsLong ? "YIMATONG_LONG=1" : "short form; YIMATONG_LONG=1 for the whole";

    public static int Of(int brief, int whole) => IsLong ? whole : brief;
}
