namespace YiMaTong.Issuing.RealName;

/// <summary>Options of real-name authentication, section "Issuing:RealName".</summary>
internal sealed class RealNameOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Issuing:RealName";

    /// <summary>Value of <see cref="Mode"/>: a government service over HTTP.</summary>
    public const string Http = "http";

    /// <summary>Value of <see cref="Mode"/>: a made-up authority that knows synthetic persons only.</summary>
    public const string Simulated = "simulated";

    /// <summary>
    /// Value of <see cref="Mode"/>: no authority; citizens come from the data exchange and cannot sign in.
    /// </summary>
    public const string None = "none";

    /// <summary>"http", "simulated" or "none". Default "none".</summary>
    public string Mode { get; set; } = None;

    /// <summary>Address that is asked by POST in mode "http"; absolute, https but for a loopback address.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>How long an answer is waited for, in milliseconds, 100 to 30,000.</summary>
    public int TimeoutMs { get; set; } = 3000;
}
