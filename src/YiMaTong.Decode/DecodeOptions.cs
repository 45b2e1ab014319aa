using YiMaTong.Decode.Feed;

namespace YiMaTong.Decode;

/// <summary>Settings of the decode node: section "Decode".</summary>
public sealed class DecodeOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Decode";

    /// <summary>Seconds that clocks of minting and decoding may differ, 0 to 60. Default 5.</summary>
    public int SkewSeconds { get; set; } = 5;

    /// <summary>
    /// Seconds in which a device without scan ids gets the same answer for the same code, 0 to 30. Default 3.
    /// </summary>
    public int SameDeviceGraceSeconds { get; set; } = 3;

    /// <summary>
    /// Seconds that a used code is remembered, 15 to 3,600. Default 120. In a scene of single use a code is honoured
    /// for no longer than this less twice the skew, so that it can never be admitted twice.
    /// </summary>
    public int SingleUseLifeSeconds { get; set; } = 120;

    /// <summary>
    /// Used codes remembered at once, 1,000 to 100,000,000. Default 2,000,000; beyond it scans answer PY1998.
    /// </summary>
    public int SingleUseCapacity { get; set; } = 2_000_000;

    /// <summary>
    /// Seconds that a request's time may differ from the server's, 1 to 900. Default 300, as B.4 fixes it.
    /// </summary>
    public int RequestWindowSeconds { get; set; } = 300;

    /// <summary>
    /// Seconds in which the same signed request gets the same answer, 0 to 60. Default 5; later it answers PY2004.
    /// </summary>
    public int RetryGraceSeconds { get; set; } = 5;

    /// <summary>
    /// Signed requests remembered at once against replay, 1,000 to 100,000,000. Default 2,000,000; beyond it PY1998.
    /// </summary>
    public int RequestCapacity { get; set; } = 2_000_000;

    /// <summary>
    /// How much of <see cref="RequestCapacity"/> one merchant may take, in percent, 1 to 100. Default 50; beyond it
    /// PY1008, for that merchant alone.
    /// </summary>
    public int RequestSharePercent { get; set; } = 50;

    /// <summary>Longest wait for min_revision, in milliseconds, 0 to 10,000. Default 100.</summary>
    public int MinRevisionWaitMs { get; set; } = 100;

    /// <summary>
    /// Age of data, in milliseconds, from which an unknown code key means PY2018 and no longer PY2011, 1,000 to
    /// 600,000. Default 5,000: a key may be newer than what the node has heard.
    /// </summary>
    public int UnknownKeyDoubtMs { get; set; } = 5_000;

    /// <summary>Life of a gate's session in seconds, 60 to 604,800. Default 43,200.</summary>
    public int SessionLifeSeconds { get; set; } = 43_200;

    /// <summary>Sessions that a device keeps, 1 to 64. Default 4; a new one ends the oldest.</summary>
    public int SessionsPerDevice { get; set; } = 4;

    /// <summary>Sessions held at once, 100 to 10,000,000. Default 200,000; a new one ends the oldest.</summary>
    public int SessionsMax { get; set; } = 200_000;

    /// <summary>The connection to issuing.</summary>
    public FeedOptions Feed { get; set; } = new();
}
