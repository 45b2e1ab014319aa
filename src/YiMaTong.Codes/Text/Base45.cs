using System.Numerics;

namespace YiMaTong.Codes.Text;

/// <summary>
/// Base45 (RFC 9285) on spans: two bytes become three characters of QR's alphanumeric set, a last single byte two.
/// Decoding is strict, so every byte string has exactly one text. Allocates nothing. Thread-safe.
/// </summary>
public static class Base45
{
    private const uint Radix = 45;
    private const byte NotInAlphabet = 0xFF;

    private static ReadOnlySpan<byte> Alphabet => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"u8;

    // Indexed by character code; the alphabet lies below 91, so one table of 128 serves chars and bytes.
    private static readonly byte[] _values = BuildValues();

    /// <summary>Length of the text for a number of bytes.</summary>
    /// <param name="byteCount">0 to 1,431,655,764.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or its text would exceed an
    /// array.</exception>
    public static int EncodedLength(int byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(byteCount, int.MaxValue / 3 * 2);
        return byteCount / 2 * 3 + byteCount % 2 * 2;
    }

    /// <summary>Number of bytes in a text of this length.</summary>
    /// <param name="charCount">Length of the text in characters.</param>
    /// <param name="byteCount">Number of bytes; 0 when there is no such text.</param>
    /// <returns>False for a length that no text has: negative, or 1 above a multiple of 3.</returns>
    public static bool TryGetDecodedLength(int charCount, out int byteCount)
    {
        var whole = charCount >= 0 && charCount % 3 != 1;
        byteCount = whole ? charCount / 3 * 2 + charCount % 3 / 2 : 0;
        return whole;
    }

    /// <summary>Encodes to characters.</summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="destination">Room for <see cref="EncodedLength"/> characters.</param>
    /// <param name="charsWritten">Characters written; 0 on failure.</param>
    /// <returns>False when the destination is too short; it is untouched then.</returns>
    public static bool TryEncode(ReadOnlySpan<byte> source, Span<char> destination, out int charsWritten) =>
        TryEncodeCore(source, destination, out charsWritten);

    /// <summary>Encodes to UTF-8.</summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="utf8Destination">Room for <see cref="EncodedLength"/> bytes.</param>
    /// <param name="bytesWritten">Bytes written; 0 on failure.</param>
    /// <returns>False when the destination is too short; it is untouched then.</returns>
    public static bool TryEncode(ReadOnlySpan<byte> source, Span<byte> utf8Destination, out int bytesWritten) =>
        TryEncodeCore(source, utf8Destination, out bytesWritten);

    /// <summary>Decodes characters.</summary>
    /// <param name="text">The text; any content.</param>
    /// <param name="destination">Room for the decoded bytes.</param>
    /// <param name="bytesWritten">Bytes written; 0 on failure.</param>
    /// <returns>
    /// False for a character outside the alphabet, a triplet above 65,535, a pair above 255, an impossible length, or a
    /// destination that is too short. The destination's content is unspecified then.
    /// </returns>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int bytesWritten) =>
        TryDecodeCore(text, destination, out bytesWritten);

    /// <summary>Decodes UTF-8, by the same rules as characters.</summary>
    /// <param name="utf8Text">The text; any content.</param>
    /// <param name="destination">Room for the decoded bytes.</param>
    /// <param name="bytesWritten">Bytes written; 0 on failure.</param>
    /// <returns>False as for characters.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> utf8Text, Span<byte> destination, out int bytesWritten) =>
        TryDecodeCore(utf8Text, destination, out bytesWritten);

    private static bool TryEncodeCore<T>(ReadOnlySpan<byte> source, Span<T> destination, out int written)
        where T : unmanaged, IBinaryInteger<T>
    {
        written = 0;
        var length = EncodedLength(source.Length);
        if (destination.Length < length)
        {
            return false;
        }

        var alphabet = Alphabet;
        var at = 0;
        for (; source.Length >= 2; source = source[2..], at += 3)
        {
            var value = (uint)(source[0] << 8 | source[1]);
            destination[at] = T.CreateTruncating(alphabet[(int)(value % Radix)]);
            destination[at + 1] = T.CreateTruncating(alphabet[(int)(value / Radix % Radix)]);
            destination[at + 2] = T.CreateTruncating(alphabet[(int)(value / (Radix * Radix))]);
        }

        if (source.Length == 1)
        {
            destination[at] = T.CreateTruncating(alphabet[(int)(source[0] % Radix)]);
            destination[at + 1] = T.CreateTruncating(alphabet[(int)(source[0] / Radix)]);
        }

        written = length;
        return true;
    }

    private static bool TryDecodeCore<T>(ReadOnlySpan<T> text, Span<byte> destination, out int written)
        where T : unmanaged, IBinaryInteger<T>
    {
        written = 0;
        if (!TryGetDecodedLength(text.Length, out var length) || destination.Length < length)
        {
            return false;
        }

        var at = 0;
        for (; text.Length >= 3; text = text[3..], at += 2)
        {
            uint low = ValueOf(text[0]), middle = ValueOf(text[1]), high = ValueOf(text[2]);
            var value = low + middle * Radix + high * Radix * Radix;
            if ((low | middle | high) == NotInAlphabet || value > ushort.MaxValue)
            {
                return false;
            }

            destination[at] = (byte)(value >> 8);
            destination[at + 1] = (byte)value;
        }

        if (text.Length == 2)
        {
            uint low = ValueOf(text[0]), high = ValueOf(text[1]);
            var value = low + high * Radix;
            if ((low | high) == NotInAlphabet || value > byte.MaxValue)
            {
                return false;
            }

            destination[at] = (byte)value;
        }

        written = length;
        return true;
    }

    // Values of the alphabet are below 64, so an OR of several is 0xFF only where one of them is NotInAlphabet.
    private static uint ValueOf<T>(T character)
        where T : unmanaged, IBinaryInteger<T>
    {
        var code = uint.CreateTruncating(character);
        return code < (uint)_values.Length ? _values[code] : NotInAlphabet;
    }

    private static byte[] BuildValues()
    {
        var values = new byte[128];
        Array.Fill(values, NotInAlphabet);
        for (byte i = 0; i < Alphabet.Length; i++)
        {
            values[Alphabet[i]] = i;
        }

        return values;
    }
}
