using static YiMaTong.Codes.Emergency.Curve.P256Field;

namespace YiMaTong.Codes.Emergency.Curve;

/// <summary>
/// Points of P-256 in the two spellings of SEC 1 section 2.3: compressed (02 or 03, x: 33 bytes), which codes carry,
/// and both coordinates, which the platform's cryptography takes. Every point of P-256 but infinity generates the whole
/// group (its cofactor is 1), so a number that solves the curve's equation is a valid public key. Thread-safe.
/// </summary>
internal static class P256Point
{
    /// <summary>Length of a coordinate in bytes.</summary>
    internal const int CoordinateLength = 32;

    /// <summary>Length of a compressed point in bytes.</summary>
    internal const int CompressedLength = 33;

    // The curve is y^2 = x^3 - 3x + b.
    private static readonly P256Field _b = ReadB();

    /// <summary>Writes a point with both coordinates, 32 bytes each, in its compressed spelling.</summary>
    internal static void Compress(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, Span<byte> destination)
    {
        destination[0] = (byte)(2 | (y[CoordinateLength - 1] & 1));
        x.CopyTo(destination[1..CompressedLength]);
    }

    /// <summary>Finds y. Allocates nothing.</summary>
    /// <param name="compressed">33 bytes.</param>
    /// <param name="y">Room for 32 bytes.</param>
    /// <returns>False for any bytes that are no point of the curve.</returns>
    internal static bool TryDecompress(ReadOnlySpan<byte> compressed, Span<byte> y)
    {
        if (compressed.Length != CompressedLength || compressed[0] is not (2 or 3)
            || !TryRead(compressed[1..], out var x))
        {
            return false;
        }

        var minusThreeX = Negate(Add(Add(x, x), x));
        var square = Add(Add(Multiply(Square(x, 1), x), minusThreeX), _b);
        var root = Root(square);
        if (!Square(root, 1).Equals(square))
        {
            return false;
        }

        root.Write(y);
        if ((y[CoordinateLength - 1] & 1) != (compressed[0] & 1))
        {
            Negate(root).Write(y);
        }

        // No point of P-256 has y = 0 (its order is odd), so the parity asked for is always reached.
        return true;
    }

    // The prime is 3 modulo 4: the root is the power of (p + 1) / 4 = 2^254 - 2^222 + 2^190 + 2^94, where there is one.
    private static P256Field Root(in P256Field z)
    {
        var ones2 = Multiply(Square(z, 1), z);
        var ones4 = Multiply(Square(ones2, 2), ones2);
        var ones8 = Multiply(Square(ones4, 4), ones4);
        var ones16 = Multiply(Square(ones8, 8), ones8);
        var ones32 = Multiply(Square(ones16, 16), ones16);
        return Square(Multiply(Square(Multiply(Square(ones32, 32), z), 96), z), 94);
    }

    private static P256Field ReadB()
    {
        ReadOnlySpan<byte> b =
        [
            0x5A, 0xC6, 0x35, 0xD8, 0xAA, 0x3A, 0x93, 0xE7, 0xB3, 0xEB, 0xBD, 0x55, 0x76, 0x98, 0x86, 0xBC,
            0x65, 0x1D, 0x06, 0xB0, 0xCC, 0x53, 0xB0, 0xF6, 0x3B, 0xCE, 0x3C, 0x3E, 0x27, 0xD2, 0x60, 0x4B,
        ];
        TryRead(b, out var value);
        return value;
    }
}
