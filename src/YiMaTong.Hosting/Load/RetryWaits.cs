namespace YiMaTong.Hosting.Load;

/// <summary>The waits that refused callers are told.</summary>
public static class RetryWaits
{
    /// <summary>All of them, rising, in milliseconds.</summary>
    public static ReadOnlySpan<int> Milliseconds =>
        [50, 75, 100, 150, 200, 300, 400, 600, 800, 1_200, 1_600, 2_400, 3_200];
}
