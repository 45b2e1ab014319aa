namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>What a status list says of one code.</summary>
public enum TokenStanding : byte
{
    /// <summary>The list is not held, or ends before that place.</summary>
    Unknown,

    /// <summary>Not revoked.</summary>
    Valid,

    /// <summary>Revoked.</summary>
    Revoked,
}
