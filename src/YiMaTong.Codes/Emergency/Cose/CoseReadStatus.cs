namespace YiMaTong.Codes.Emergency.Cose;

/// <summary>How reading the frame of a COSE_Sign1 went.</summary>
internal enum CoseReadStatus : byte
{
    /// <summary>The frame is sound; nothing is verified yet.</summary>
    Read,

    /// <summary>No COSE_Sign1, not deterministic, or with headers that have no business here.</summary>
    Malformed,

    /// <summary>The algorithm is not ES256, not named, or named outside of what is signed.</summary>
    AlgorithmRefused,

    /// <summary>A header brings a key or a certificate along, or says where to fetch one.</summary>
    KeyInToken,
}
