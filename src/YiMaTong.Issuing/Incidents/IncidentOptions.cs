namespace YiMaTong.Issuing.Incidents;

/// <summary>Settings of the watch over health and of notices, section "Incidents".</summary>
internal sealed class IncidentOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Incidents";

    /// <summary>Whether issuing opens and closes incidents by itself. Default true.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>
    /// Base addresses of the decode nodes' admin listeners, for example http://10.0.0.7:8082/. Default none: decode is
    /// then not watched.
    /// </summary>
    public IList<string> DecodeNodes { get; } = [];

    /// <summary>Decode nodes that must be well, at least 1. Default 1: gates go to another node.</summary>
    public int DecodeNodesLeast { get; set; } = 1;

    /// <summary>
    /// Oldest data in seconds with which a node still counts as well, 0 to 86,400; 0 does not look. Default 60.
    /// </summary>
    public double DecodeDataAgeSeconds { get; set; } = 60;

    /// <summary>Seconds between looks, 1 to 300. Default 5.</summary>
    public double ProbeSeconds { get; set; } = 5;

    /// <summary>How long one look may take, in milliseconds, 100 to 60,000. Default 2,000.</summary>
    public int ProbeTimeoutMs { get; set; } = 2000;

    /// <summary>Failed looks in a row that open an incident, 1 to 100. Default 3.</summary>
    public int FailuresToOpen { get; set; } = 3;

    /// <summary>Seconds that they must span at least, 0 to 3,600. Default 10.</summary>
    public double OpenAfterSeconds { get; set; } = 10;

    /// <summary>Good looks in a row that close it, 1 to 100. Default 6.</summary>
    public int SuccessesToClose { get; set; } = 6;

    /// <summary>Seconds that an answer of notices may be cached, 0 to 300. Default 5.</summary>
    public int CacheSeconds { get; set; } = 5;

    /// <summary>Seconds that a closed incident stays among the notices, 0 to 86,400. Default 3,600.</summary>
    public int ShowClosedSeconds { get; set; } = 3600;
}
