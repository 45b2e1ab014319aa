using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Audit;

/// <summary>Settings of what is kept of decisions, section "Issuing:Audit".</summary>
internal sealed class AuditOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Issuing:Audit";

    /// <summary>
    /// Path of the SQLite file of decision records. Empty: <c>decisions.db</c> beside Issuing:Database.
    /// </summary>
    public string Database { get; set; } = "";

    /// <summary>Days that decision records are kept, 1 to 3,650. Default 180.</summary>
    public int RetentionDays { get; set; } = 180;
}

/// <summary>Settings of the sweep of what is over, section "Issuing:Housekeeping".</summary>
internal sealed class HousekeepingOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Issuing:Housekeeping";

    /// <summary>Minutes between sweeps, 1 to 1,440. Default 60.</summary>
    public int IntervalMinutes { get; set; } = 60;

    /// <summary>
    /// Days that tokens and authorisations of OAuth are kept after they are over, 1 to 365. Default 14: the reuse of
    /// an old refresh token is noticed so long.
    /// </summary>
    public int TokenDays { get; set; } = 14;
}

/// <summary>Collects everything that is wrong with the settings. Thread-safe.</summary>
internal sealed class HousekeepingOptionsValidator
    : IValidateOptions<AuditOptions>, IValidateOptions<HousekeepingOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, AuditOptions options) =>
        new SettingErrors(AuditOptions.Section)
            .Range(nameof(options.RetentionDays), options.RetentionDays, 1, 3_650)
            .Result;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, HousekeepingOptions options) =>
        new SettingErrors(HousekeepingOptions.Section)
            .Range(nameof(options.IntervalMinutes), options.IntervalMinutes, 1, 1_440)
            .Range(nameof(options.TokenDays), options.TokenDays, 1, 365)
            .Result;
}
