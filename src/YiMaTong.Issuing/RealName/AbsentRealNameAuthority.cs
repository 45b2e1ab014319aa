using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.RealName;

/// <summary>Stands where no authority is set up: nothing is known of anybody. Thread-safe.</summary>
internal sealed class AbsentRealNameAuthority : IRealNameAuthority
{
    /// <inheritdoc />
    public Task<RealNameVerdict> VerifyAsync(CitizenIdentity identity, CancellationToken cancellationToken) =>
        Task.FromResult(RealNameVerdict.Unavailable);
}
