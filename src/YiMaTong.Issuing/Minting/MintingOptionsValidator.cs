using Microsoft.Extensions.Options;

namespace YiMaTong.Issuing.Minting;

/// <summary>Collects everything that is wrong with the options of minting and of the service area.</summary>
internal sealed class MintingOptionsValidator : IValidateOptions<MintingOptions>, IValidateOptions<ServiceAreaOptions>
{
    public ValidateOptionsResult Validate(string? name, MintingOptions options)
    {
        var errors = new List<string>();
        if (options.LifeSeconds is < 5 or > 1275 || options.LifeSeconds % 5 != 0)
        {
            errors.Add($"{MintingOptions.Section}:LifeSeconds: must be a multiple of 5 from 5 to 1275 ({options.LifeSeconds})");
        }

        if (options.RefreshAfterSeconds < 1 || options.RefreshAfterSeconds >= options.LifeSeconds)
        {
            errors.Add($"{MintingOptions.Section}:RefreshAfterSeconds: must be at least 1 and below LifeSeconds "
                + $"({options.RefreshAfterSeconds}, LifeSeconds {options.LifeSeconds})");
        }

        if (options.PerCitizenPerSecond is not (>= 0.1 and <= 1000))
        {
            errors.Add($"{MintingOptions.Section}:PerCitizenPerSecond: must be 0.1 to 1000 ({options.PerCitizenPerSecond})");
        }

        if (options.PerCitizenBurst is < 1 or > 10_000)
        {
            errors.Add($"{MintingOptions.Section}:PerCitizenBurst: must be 1 to 10000 ({options.PerCitizenBurst})");
        }

        return Result(errors);
    }

    public ValidateOptionsResult Validate(string? name, ServiceAreaOptions options)
    {
        var errors = new List<string>();
        Box("Latitude", options.MinLatitude, options.MaxLatitude, 90);
        Box("Longitude", options.MinLongitude, options.MaxLongitude, 180);
        return Result(errors);

        void Box(string axis, decimal min, decimal max, int limit)
        {
            if (min < -limit || max > limit || min >= max)
            {
                errors.Add($"{ServiceAreaOptions.Section}:Min{axis}: must be below Max{axis}, both within -{limit} to {limit} "
                    + $"({min}, Max{axis} {max})");
            }
        }
    }

    private static ValidateOptionsResult Result(List<string> errors) =>
        errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
}
