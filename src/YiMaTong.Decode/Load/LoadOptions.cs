namespace YiMaTong.Decode.Load;

/// <summary>Settings of limits and of refusal under overload: section "Decode:Load".</summary>
public sealed class LoadOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Decode:Load";

    /// <summary>
    /// Milliseconds that work may wait for a processor before requests are refused, 1 to 1,000. Default 25: no
    /// passenger notices it, and a process that starts beside others stays below it.
    /// </summary>
    public int TargetDelayMs { get; set; } = 25;

    /// <summary>
    /// Calls of gates, streams apart, under way at once, 1 to 1,000,000. Default 32,768; more are refused.
    /// </summary>
    public int MaxGateCalls { get; set; } = 32_768;

    /// <summary>Streams of gates open at once, 1 to 1,000,000. Default 10,000; more are refused.</summary>
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>
    /// Seconds without a frame of a session after which a stream is ended, 5 to 86,400. Default 300; its session's end
    /// ends it too.
    /// </summary>
    public int StreamIdleSeconds { get; set; } = 300;

    /// <summary>
    /// Scans a second of one session, 0 to 1,000,000; 0 for any number. Default 0: a controller may scan for a
    /// whole station.
    /// </summary>
    public int ScansPerSecondPerSession { get; set; }

    /// <summary>Scans of one session at once, 256 to 10,000,000. Default 2,048.</summary>
    public int ScanBurstPerSession { get; set; } = 2_048;

    /// <summary>
    /// Signatures a second that are verified for callers not known yet, all together, 1 to 1,000,000. Default 2,000:
    /// a twelfth of what one core verifies under RSA-3072.
    /// </summary>
    public int StrangersPerSecond { get; set; } = 2_000;

    /// <summary>Signatures a second that are verified for one unknown address, 1 to 1,000,000. Default 200.</summary>
    public int StrangersPerSecondPerAddress { get; set; } = 200;

    /// <summary>
    /// Signed requests a second of one device at one address, 0 to 1,000,000; 0 for any number. Default 2,000, a
    /// seventh of what one core answers: a device gone wild must not take a node.
    /// </summary>
    public int SignedPerSecondPerDevice { get; set; } = 2_000;

    /// <summary>
    /// Signed requests a second of one merchant from one address, 0 to 1,000,000; 0 for any number. Default 10,000: a
    /// merchant's one address may stand for thousands of devices, yet leaves a core something for others.
    /// </summary>
    public int SignedPerSecondPerMerchant { get; set; } = 10_000;

    /// <summary>Bad signatures that a device at one address may send at once, 1 to 10,000. Default 20.</summary>
    public int BadSignatureBurst { get; set; } = 20;

    /// <summary>Bad signatures a minute that it may send for good, 1 to 60,000. Default 60.</summary>
    public int BadSignaturesPerMinute { get; set; } = 60;

    /// <summary>Callers remembered, 1,024 to 16,777,216, 60 bytes each. Default 65,536.</summary>
    public int CallersRemembered { get; set; } = 65_536;
}
