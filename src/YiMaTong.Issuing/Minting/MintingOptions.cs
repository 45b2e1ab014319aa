namespace YiMaTong.Issuing.Minting;

/// <summary>Options of minting, section "Issuing:Minting".</summary>
internal sealed class MintingOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Issuing:Minting";

    /// <summary>Life of a code in seconds: a multiple of 5, 5 to 1,275.</summary>
    public int LifeSeconds { get; set; } = 60;

    /// <summary>Seconds after which the app asks for the next code; below the life.</summary>
    public int RefreshAfterSeconds { get; set; } = 45;

    /// <summary>Codes per second that one citizen may have minted, 0.1 to 1,000.</summary>
    public double PerCitizenPerSecond { get; set; } = 20;

    /// <summary>Codes that one citizen may have minted at once, 1 to 10,000.</summary>
    public int PerCitizenBurst { get; set; } = 40;
}

/// <summary>
/// The box in which positions are accepted, section "Issuing:ServiceArea". Degrees, WGS-84; the whole earth by default.
/// </summary>
internal sealed class ServiceAreaOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Issuing:ServiceArea";

    /// <summary>Southern edge, -90 to 90.</summary>
    public decimal MinLatitude { get; set; } = -90;

    /// <summary>Northern edge, -90 to 90.</summary>
    public decimal MaxLatitude { get; set; } = 90;

    /// <summary>Western edge, -180 to 180.</summary>
    public decimal MinLongitude { get; set; } = -180;

    /// <summary>Eastern edge, -180 to 180.</summary>
    public decimal MaxLongitude { get; set; } = 180;
}
