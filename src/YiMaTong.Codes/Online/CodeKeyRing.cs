namespace YiMaTong.Codes.Online;

/// <summary>A key of online codes.</summary>
public sealed class CodeKey
{
    /// <summary>Takes a copy of the key.</summary>
    /// <param name="id">1 to 255.</param>
    /// <param name="key">32 bytes.</param>
    /// <param name="revoked">Whether codes under it are void.</param>
    public CodeKey(byte id, ReadOnlySpan<byte> key, bool revoked = false) => (Id, Revoked) = (id, revoked);

    /// <summary>Number of the key, 1 to 255.</summary>
    public byte Id { get; }

    /// <summary>Whether codes under it are void.</summary>
    public bool Revoked { get; }
}

/// <summary>The keys that are valid at once. Immutable: a change makes another ring.</summary>
public sealed class CodeKeyRing
{
    /// <summary>A ring without keys.</summary>
    public static CodeKeyRing Empty { get; } = new();

    /// <summary>A ring with this key put in or replaced.</summary>
    public CodeKeyRing With(CodeKey key) => throw new NotImplementedException();
}
