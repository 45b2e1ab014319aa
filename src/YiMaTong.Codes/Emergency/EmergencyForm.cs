namespace YiMaTong.Codes.Emergency;

/// <summary>The two forms of an emergency code.</summary>
public enum EmergencyForm : byte
{
    /// <summary>For paper and SMS: the issuer's signature alone. Whoever has a copy has the code.</summary>
    Static = 1,

    /// <summary>Bound to the phone's key, which signs the time at each showing.</summary>
    HolderBound = 2,
}
