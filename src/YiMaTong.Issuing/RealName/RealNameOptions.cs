using Microsoft.Extensions.Options;

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

    /// <summary>"http" or "simulated".</summary>
    public string Mode { get; set; } = Http;

    /// <summary>Address that is asked by POST in mode "http"; absolute, https but for a loopback address.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>How long an answer is waited for, in milliseconds, 100 to 30,000.</summary>
    public int TimeoutMs { get; set; } = 3000;
}

/// <summary>Collects everything that is wrong with the options, and keeps the simulation out of production.</summary>
internal sealed class RealNameOptionsValidator(IConfiguration configuration) : IValidateOptions<RealNameOptions>
{
    public ValidateOptionsResult Validate(string? name, RealNameOptions options)
    {
        var errors = new List<string>();
        switch (options.Mode)
        {
            case RealNameOptions.Simulated:
                if (!configuration.GetValue("Issuing:Demonstration", false))
                {
                    errors.Add($"{RealNameOptions.Section}:Mode: simulated is for demonstrations: it needs "
                        + "Issuing:Demonstration to be true (simulated)");
                }

                break;
            case RealNameOptions.Http:
                if (!Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var endpoint)
                    || !(endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback)))
                {
                    errors.Add($"{RealNameOptions.Section}:Endpoint: must be an absolute https address, or http on a "
                        + $"loopback address ({options.Endpoint})");
                }

                break;
            default:
                errors.Add($"{RealNameOptions.Section}:Mode: must be http or simulated ({options.Mode})");
                break;
        }

        if (options.TimeoutMs is < 100 or > 30_000)
        {
            errors.Add($"{RealNameOptions.Section}:{nameof(options.TimeoutMs)}: must be 100 to 30000 ({options.TimeoutMs})");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
