using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.RealName;

/// <summary>
/// An authority for demonstrations: it confirms persons of region 990000, which is assigned to nobody, and refuses
/// everyone who could be real. The check character was looked at before. Thread-safe.
/// </summary>
internal sealed class SimulatedRealNameAuthority : IRealNameAuthority
{
    /// <summary>The unassigned region.</summary>
    public const string Region = "990000";

    /// <inheritdoc />
    public Task<RealNameVerdict> VerifyAsync(CitizenIdentity identity, CancellationToken cancellationToken) =>
        Task.FromResult(
            identity.IdType == ResidentId.IdType && identity.IdNumber.StartsWith(Region, StringComparison.Ordinal)
                ? RealNameVerdict.Confirmed
                : RealNameVerdict.Refused);
}
