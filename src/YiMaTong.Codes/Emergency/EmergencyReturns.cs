using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Codes.Returns;

namespace YiMaTong.Codes.Emergency;

/// <summary>The return code (Appendix C) of every outcome. Thread-safe.</summary>
public static class EmergencyReturns
{
    /// <summary>The return code of a verification.</summary>
    /// <param name="status">The outcome.</param>
    public static PyCode Of(EmergencyStatus status) => status switch
    {
        EmergencyStatus.Valid => PyCodes.Success,
        EmergencyStatus.NotOurs or EmergencyStatus.Malformed => PyCodes.NotOurCode,
        EmergencyStatus.KeyInToken or EmergencyStatus.UnknownKey or EmergencyStatus.KeyNotForCodes
            or EmergencyStatus.RevokedKey or EmergencyStatus.KeyOutOfTime => PyCodes.IssuingKeyInvalid,
        EmergencyStatus.AlgorithmRefused or EmergencyStatus.IssuerSignatureWrong => PyCodes.IssuerSignatureWrong,
        EmergencyStatus.HolderAlgorithmRefused or EmergencyStatus.HolderKeyInvalid
            or EmergencyStatus.HolderSignatureWrong or EmergencyStatus.ShownOutsideValidity
            => PyCodes.HolderSignatureWrong,
        EmergencyStatus.NotYetValid or EmergencyStatus.ShowingFromFuture => PyCodes.TimeOutsideWindow,
        EmergencyStatus.Expired or EmergencyStatus.ShowingStale => PyCodes.Expired,
        EmergencyStatus.AnotherRegion or EmergencyStatus.SceneNotGranted => PyCodes.SceneRuleDenies,
        EmergencyStatus.Revoked => PyCodes.Revoked,
        EmergencyStatus.StatusUnknown => PyCodes.DataUnavailable,
        _ => PyCodes.SystemError,
    };

    /// <summary>The return code of a declaration's standing: PY2014 unless it is in force.</summary>
    /// <param name="standing">The standing.</param>
    public static PyCode Of(DeclarationStanding standing) =>
        standing == DeclarationStanding.InForce ? PyCodes.Success : PyCodes.EmergencyNotInForce;

    /// <summary>The return code of a document that a gate was handed, for its journal and operator.</summary>
    /// <param name="status">The outcome.</param>
    public static PyCode Of(DocumentStatus status) => status switch
    {
        DocumentStatus.Accepted or DocumentStatus.Unchanged => PyCodes.Success,
        DocumentStatus.AlgorithmRefused or DocumentStatus.SignatureWrong => PyCodes.IssuerSignatureWrong,
        DocumentStatus.Malformed or DocumentStatus.AnotherKind or DocumentStatus.TooLarge => PyCodes.NotOurCode,
        DocumentStatus.None => PyCodes.SystemError,
        _ => PyCodes.IssuingKeyInvalid,
    };
}
