namespace YiMaTong.Issuing.Platform;

/// <summary>Settings of the platform registry, section "Issuing".</summary>
internal sealed class PlatformOptions
{
    /// <summary>
    /// Path of the file with the token that operators show, 32 to 512 characters without white space. Required; read at
    /// start.
    /// </summary>
    public string OperatorTokenFile { get; set; } = "";

    /// <summary>
    /// Seconds between a new code key's announcement and its first code, 0 to 86,400. Default 10: ten times the
    /// freshness goal of the feed.
    /// </summary>
    public double CodeKeyAnnounceSeconds { get; set; } = 10;
}
