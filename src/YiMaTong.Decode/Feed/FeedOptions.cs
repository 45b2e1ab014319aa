namespace YiMaTong.Decode.Feed;

/// <summary>Settings of the connection to issuing's feed: section "Decode:Feed".</summary>
public sealed class FeedOptions
{
    /// <summary>Address of issuing's gRPC listener, for example "http://127.0.0.1:8081". Required.</summary>
    public string Address { get; set; } = "";

    /// <summary>File that holds the feed's token; it is read at each connection. Required.</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>Seconds without a frame after which a stream counts as dead, 2 to 300. Default 10.</summary>
    public int SilenceSeconds { get; set; } = 10;

    /// <summary>First wait before another try, in milliseconds, 10 to 10,000. Default 100.</summary>
    public int BackoffMinMs { get; set; } = 100;

    /// <summary>Longest wait before another try, in milliseconds, 100 to 300,000. Default 5,000.</summary>
    public int BackoffMaxMs { get; set; } = 5_000;

    /// <summary>Seconds between keep-alive pings on the connection, 1 to 300. Default 5.</summary>
    public int KeepAliveSeconds { get; set; } = 5;
}
