namespace YiMaTong.Decode.Claims;

/// <summary>What a scan of single use gets while the shared store does not answer.</summary>
public enum AwayPolicy
{
    /// <summary>PY1998: nobody is let in twice, and the citizen shows the emergency code.</summary>
    Refuse,

    /// <summary>What the node's own memory says: two nodes may let a code in once each.</summary>
    Alone,
}

/// <summary>Settings of what nodes of one place share of uses: section "Decode:Shared".</summary>
public sealed class SharedOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Decode:Shared";

    /// <summary>
    /// Where the store is, in the form of StackExchange.Redis: "host:port,password=..." or "!/path/to/socket". Default:
    /// empty, nothing is shared. All nodes of a place name the same.
    /// </summary>
    public string Redis { get; set; } = "";

    /// <summary>Longest wait for the store, in milliseconds, 1 to 10,000. Default 10; then WhenAway decides.</summary>
    public int TimeoutMs { get; set; } = 10;

    /// <summary>
    /// Milliseconds between tries while the store is away, 10 to 60,000. Default 250. In between no scan waits.
    /// </summary>
    public int RetryMs { get; set; } = 250;

    /// <summary>What is decided while the store is away: refuse or alone. Default refuse.</summary>
    public AwayPolicy WhenAway { get; set; } = AwayPolicy.Refuse;

    /// <summary>What every key begins with, 1 to 64 characters. Default "yimatong".</summary>
    public string Prefix { get; set; } = "yimatong";
}
