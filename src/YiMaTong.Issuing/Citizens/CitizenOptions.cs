namespace YiMaTong.Issuing.Citizens;

/// <summary>Options of citizens' sessions, section "Issuing:Citizens".</summary>
internal sealed class CitizenOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Issuing:Citizens";

    /// <summary>Life of a session in seconds, 60 to 86,400.</summary>
    public int SessionLifeSeconds { get; set; } = 1800;

    /// <summary>How often one certificate number may be put to the real-name authority, per minute, 1 to 600.</summary>
    public int AuthenticationsPerMinute { get; set; } = 10;
}
