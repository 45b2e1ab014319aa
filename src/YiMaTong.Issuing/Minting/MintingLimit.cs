using Microsoft.Extensions.Options;

namespace YiMaTong.Issuing.Minting;

/// <summary>How often one citizen may have codes minted. Thread-safe.</summary>
internal sealed class MintingLimit(IOptions<MintingOptions> options, TimeProvider time)
{
    private readonly KeyedLimiter _limiter =
        new(options.Value.PerCitizenPerSecond, options.Value.PerCitizenBurst, time);

    /// <summary>Takes one; false where the citizen has none left.</summary>
    public bool TryTake(long citizenId) => _limiter.TryTake(citizenId);
}
