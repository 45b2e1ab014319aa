namespace YiMaTong.Hosting.Listeners;

/// <summary>
/// Where the process listens (section <c>Listeners</c>). Cleartext HTTP/1.1 and h2c cannot share a port, hence three:
/// REST, gRPC, admin.
/// </summary>
public sealed class ListenersOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Listeners";

    /// <summary>IP address to bind, or "*" for all. Default 127.0.0.1.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Port of REST and pages, HTTP/1.1; 0 takes a free one. Default 8080.</summary>
    public int RestPort { get; set; } = 8080;

    /// <summary>Port of gRPC, cleartext HTTP/2; 0 takes a free one. Default 8081.</summary>
    public int GrpcPort { get; set; } = 8081;

    /// <summary>Port of health and metrics, HTTP/1.1; 0 takes a free one. Default 8082.</summary>
    public int AdminPort { get; set; } = 8082;

    /// <summary>Address of the admin port; empty means <see cref="Address"/>.</summary>
    public string AdminAddress { get; set; } = "";

    /// <summary>
    /// Seconds between "not ready" and the end of listening at a stop, so that load balancers look away first. 0 to
    /// 300. Default 0.
    /// </summary>
    public int DrainSeconds { get; set; }

    /// <summary>Seconds that calls under way may take after that, 1 to 300. Default 30.</summary>
    public int StopSeconds { get; set; } = 30;

    /// <summary>Largest REST body in bytes, 1,024 to 1,048,576. Default 65,536.</summary>
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>Largest gRPC message in bytes, 1,024 to 16,777,216. Default 1,048,576.</summary>
    public int MaxGrpcMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>REST requests a second that one client address may make; 0 means any number. Default 20,000.</summary>
    public int RequestsPerSecondPerAddress { get; set; } = 20_000;

    /// <summary>REST requests under way at once; more are refused with 503. 1 to 1,000,000. Default 4,096.</summary>
    public int MaxConcurrentRequests { get; set; } = 4096;

    /// <summary>
    /// Connections at once, on the REST and on the gRPC listener each, 1 to 1,000,000. Default 10,000; what exceeds is
    /// closed at once. The admin listener has no limit, so that it answers when the others are full.
    /// </summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// gRPC calls under way at once on one connection, 1 to 1,000. Default 16: at a millisecond a call that is 16,000
    /// calls a second. A client holds further calls back, or opens another connection, instead of piling them up here.
    /// </summary>
    public int MaxStreamsPerConnection { get; set; } = 16;

    /// <summary>
    /// Proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed: IP addresses and networks
    /// ("10.1.0.0/16"). Default none, which takes the connection's address.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Whether gRPC server reflection is served. Default false.</summary>
    public bool Reflection { get; set; }
}
