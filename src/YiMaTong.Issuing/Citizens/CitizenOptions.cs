using Microsoft.Extensions.Options;

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

/// <summary>Collects everything that is wrong with the options.</summary>
internal sealed class CitizenOptionsValidator : IValidateOptions<CitizenOptions>
{
    public ValidateOptionsResult Validate(string? name, CitizenOptions options)
    {
        var errors = new List<string>();
        if (options.SessionLifeSeconds is < 60 or > 86_400)
        {
            errors.Add($"{CitizenOptions.Section}:{nameof(options.SessionLifeSeconds)}: must be 60 to 86400 "
                + $"({options.SessionLifeSeconds})");
        }

        if (options.AuthenticationsPerMinute is < 1 or > 600)
        {
            errors.Add($"{CitizenOptions.Section}:{nameof(options.AuthenticationsPerMinute)}: must be 1 to 600 "
                + $"({options.AuthenticationsPerMinute})");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
