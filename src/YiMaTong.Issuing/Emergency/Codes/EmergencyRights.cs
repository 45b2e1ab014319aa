using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Whether what a citizen may do still covers what a code grants. Thread-safe.</summary>
internal static class EmergencyRights
{
    /// <summary>Judges.</summary>
    /// <param name="citizen">The citizen.</param>
    /// <param name="claim">The open entry for the claim of the code, or null.</param>
    /// <param name="code">The code.</param>
    public static bool Cover(Citizen citizen, Consent? claim, EmergencyCodeRow code) =>
        citizen is { State: CitizenState.Active, RealNameVerified: true }
        && code.IssuedAt.ToUnixTimeSeconds() >= citizen.ValidFrom
        && ConsentLedger.Holds(claim, code.IssuedAt)
        && (code.SceneKinds & ~claim!.SceneKinds) == 0
        && (claim.Until is not { } until || until >= code.ExpiresAt);
}
