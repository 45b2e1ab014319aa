using System.Buffers;

namespace YiMaTong.Codes.Text;

/// <summary>
/// Base64 (RFC 4648 section 4) in its one canonical spelling: padded, no white space, unused bits zero. A signature
/// that can be spelled twice would pass a replay guard twice. Allocates nothing. Thread-safe.
/// </summary>
public static class StrictBase64
{
    private static readonly SearchValues<char> _alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    /// <summary>Number of bytes that a canonical text of this length and ending holds.</summary>
    /// <param name="text">The text; only its length and padding are looked at.</param>
    /// <returns>The number of bytes, or -1 when the length is no multiple of 4.</returns>
    public static int DecodedLength(ReadOnlySpan<char> text) =>
        text.Length % 4 != 0 ? -1 : text.Length / 4 * 3 - PaddingOf(text);

    /// <summary>Decodes.</summary>
    /// <param name="text">The text; any content.</param>
    /// <param name="destination">Room for the bytes.</param>
    /// <param name="bytesWritten">Bytes written; 0 on failure.</param>
    /// <returns>False for anything but canonical Base64, and for a destination that is too short.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        var length = DecodedLength(text);
        if (length < 0 || destination.Length < length)
        {
            return false;
        }

        var padding = PaddingOf(text);
        var symbols = text[..(text.Length - padding)];
        if (symbols.ContainsAnyExcept(_alphabet) || (padding > 0 && !EndsInZeroBits(symbols[^1], padding)))
        {
            return false;
        }

        return Convert.TryFromBase64Chars(text, destination, out bytesWritten);
    }

    private static int PaddingOf(ReadOnlySpan<char> text) =>
        text.EndsWith("==", StringComparison.Ordinal) ? 2 : text.EndsWith('=') ? 1 : 0;

    // With one "=" the last symbol carries 4 bits of data, with two it carries 2; the others must be zero.
    private static bool EndsInZeroBits(char last, int padding) => padding == 1
        ? "AEIMQUYcgkosw048".Contains(last, StringComparison.Ordinal)
        : "AQgw".Contains(last, StringComparison.Ordinal);
}
