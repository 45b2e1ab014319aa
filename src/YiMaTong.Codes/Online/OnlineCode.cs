namespace YiMaTong.Codes.Online;

/// <summary>The text form of online codes.</summary>
public static class OnlineCode
{
    /// <summary>Length of every code of suite 1, in characters: prefix, version, 57 characters of base45.</summary>
    public const int Length = 60;

    /// <summary>Mints a code. Allocates nothing. Thread-safe.</summary>
    /// <param name="key">The key to seal under.</param>
    /// <param name="payload">What the code says.</param>
    /// <param name="issuedAt">Second of the Unix epoch.</param>
    /// <param name="destination">Room for <see cref="Length"/> characters.</param>
    public static void Mint(CodeKey key, in CodePayload payload, uint issuedAt, Span<char> destination) =>
        throw new NotImplementedException();

    /// <summary>Opens a code. Allocates nothing; never throws for any text. Thread-safe.</summary>
    public static CodeOpenStatus Open(CodeKeyRing ring, ReadOnlySpan<char> text, out OpenedCode code) =>
        throw new NotImplementedException();
}
