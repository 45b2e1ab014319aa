using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Decode.Engine;

/// <summary>What a cause means to a gate, and what a merchant may be told of it.</summary>
internal static class Disclosure
{
    /// <summary>What the gate does.</summary>
    public static Decision DecisionOf(PyCode cause) => cause.Number switch
    {
        0 => Decision.Permit,
        1010 or (>= 2006 and <= 2011) or 2016 or 2017 => Decision.Deny,
        _ => Decision.Unspecified,
    };

    /// <summary>
    /// What a merchant without entitlement is told: unknown, expired, used, revoked and unauthorised are one answer.
    /// </summary>
    public static PyCode WithoutDetail(PyCode cause) =>
        cause.Number is (>= 2007 and <= 2010) or 2016 ? PyCodes.NoSuchCode : cause;
}
