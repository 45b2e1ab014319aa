namespace YiMaTong.Issuing;

/// <summary>Settings of storage and feed, section "Issuing".</summary>
public sealed class IssuingOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Issuing";

    /// <summary>Path of the SQLite database file. Required.</summary>
    public string Database { get; set; } = "";

    /// <summary>
    /// Path of the file with the key that seals personal fields: 32 bytes in Base64, mode 600. Required.
    /// </summary>
    public string SealKeyFile { get; set; } = "";

    /// <summary>
    /// Path of the file with the token that decode nodes show to the feed, 32 to 512 characters. Required.
    /// </summary>
    public string FeedTokenFile { get; set; } = "";

    /// <summary>Whether missing key and token files are created; for demonstrations. Default false.</summary>
    public bool CreateMissingKeys { get; set; }

    /// <summary>The feed.</summary>
    public FeedOptions Feed { get; set; } = new();

    /// <summary>Settings of the feed, section "Issuing:Feed".</summary>
    public sealed class FeedOptions
    {
        /// <summary>Seconds between heartbeats, 0.1 to 60. Default 1.</summary>
        public double HeartbeatSeconds { get; set; } = 1;

        /// <summary>
        /// Milliseconds between looks for changes that other processes committed, 10 to 10,000. Default 250.
        /// </summary>
        public int PollMilliseconds { get; set; } = 250;

        /// <summary>Newest revisions that are kept for readers that resume, at least 1. Default 1,000,000.</summary>
        public long KeepRevisions { get; set; } = 1_000_000;

        /// <summary>Seconds between trims of older revisions, 1 to 86,400. Default 60.</summary>
        public double TrimSeconds { get; set; } = 60;
    }
}
