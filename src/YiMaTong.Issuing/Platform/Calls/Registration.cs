using YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.Issuing.Platform;

/// <summary>The state that registered things share.</summary>
internal static class Registration
{
    /// <summary>Whether the state is one of the interface's.</summary>
    public static bool IsKnown(RegistrationState state) =>
        state is >= RegistrationState.Unspecified and <= RegistrationState.Disabled;

    /// <summary>Unspecified counts as active.</summary>
    public static bool IsActive(RegistrationState state) => state != RegistrationState.Disabled;

    /// <summary>The state as it is shown.</summary>
    public static RegistrationState Of(bool active) => active ? RegistrationState.Active : RegistrationState.Disabled;
}
