namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>
/// How taking in a signed document went. Whatever is not <see cref="Accepted"/> leaves what is held as it is.
/// </summary>
public enum DocumentStatus : byte
{
    /// <summary>No answer yet.</summary>
    None,

    /// <summary>Genuine and newer than what is held.</summary>
    Accepted,

    /// <summary>The very document that is held.</summary>
    Unchanged,

    /// <summary>No document, or not in its one right encoding.</summary>
    Malformed,

    /// <summary>Longer, or more in number, than is taken.</summary>
    TooLarge,

    /// <summary>A document of another kind.</summary>
    AnotherKind,

    /// <summary>An algorithm that is none or not ES256.</summary>
    AlgorithmRefused,

    /// <summary>A key or certificate comes along with the signature.</summary>
    KeyInDocument,

    /// <summary>Signed by a key that is not held.</summary>
    UnknownKey,

    /// <summary>Signed by a key that has no such use.</summary>
    KeyNotForThis,

    /// <summary>Signed by a revoked key.</summary>
    RevokedKey,

    /// <summary>Issued outside of its key's validity.</summary>
    KeyOutOfTime,

    /// <summary>The signature does not hold.</summary>
    SignatureWrong,

    /// <summary>Older than what is held.</summary>
    RolledBack,

    /// <summary>Of the revision that is held, with other content: two issuers share a number, or one lies.</summary>
    Conflicting,

    /// <summary>Two keys of the set share a name.</summary>
    DuplicateKey,

    /// <summary>A delta whose base is not what is held: fetch the whole list.</summary>
    AnotherBase,
}
