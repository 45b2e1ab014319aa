namespace YiMaTong.Peers;

/// <summary>Settings of a peer: section "Peer".</summary>
internal sealed class PeerSettings
{
    /// <summary>File of the city. Required.</summary>
    public string City { get; set; } = "";

    /// <summary>
    /// What answers a scan: "ordinary" (a constant message), "prepared" (constant bytes), "redis", "postgres".
    /// </summary>
    public string Handler { get; set; } = "ordinary";

    /// <summary>
    /// "hosted": the product's listeners, limits and envelope around the handler; "bare": Kestrel and gRPC alone.
    /// </summary>
    public string Pipeline { get; set; } = "hosted";

    /// <summary>A real answer, Base64 of a DecodeResponse: what the constant handlers answer.</summary>
    public string Answer { get; set; } = "";

    /// <summary>Length in bytes of what B.4's peer seals.</summary>
    public int SealedBytes { get; set; } = 400;

    /// <summary>Redis' or Garnet's address, or PostgreSQL's connection string.</summary>
    public string Store { get; set; } = "";
}
