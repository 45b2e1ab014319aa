namespace YiMaTong.Codes.Online;

/// <summary>
/// The keys that are valid at once, by number. Immutable: a change makes another ring, which the owner puts in place
/// with one reference write while readers finish with the old one. Thread-safe.
/// </summary>
public sealed class CodeKeyRing
{
    // A slot per possible number, 0 stays empty: finding a key is one indexed load.
    private readonly CodeKey?[] _keys;

    private CodeKeyRing(CodeKey?[] keys) => _keys = keys;

    /// <summary>A ring without keys.</summary>
    public static CodeKeyRing Empty { get; } = new(new CodeKey?[256]);

    /// <summary>Number of keys, revoked ones included; 0 to 255.</summary>
    public int Count => _keys.Count(static key => key is not null);

    /// <summary>The key with this number, or null.</summary>
    /// <param name="id">0 to 255; there is never a key 0.</param>
    public CodeKey? Find(byte id) => _keys[id];

    /// <summary>A ring with this key put in or replaced. This ring stays as it is.</summary>
    /// <param name="key">The key.</param>
    public CodeKeyRing With(CodeKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var keys = (CodeKey?[])_keys.Clone();
        keys[key.Id] = key;
        return new CodeKeyRing(keys);
    }
}
