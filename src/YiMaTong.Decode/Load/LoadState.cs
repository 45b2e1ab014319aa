namespace YiMaTong.Decode.Load;

/// <summary>
/// Whether the node is degraded: it then leaves full tags out of answers over gRPC and says so in each. One volatile
/// read a scan; written by the switch alone. Thread-safe.
/// </summary>
internal sealed class LoadState
{
    private volatile bool _degraded;

    /// <summary>Whether optional parts are left out at present.</summary>
    public bool Degraded
    {
        get => _degraded;
        set => _degraded = value;
    }
}
