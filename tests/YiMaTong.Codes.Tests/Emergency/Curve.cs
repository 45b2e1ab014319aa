using System.Globalization;
using System.Numerics;

namespace YiMaTong.Codes.Tests.Emergency;

/// <summary>P-256 on big integers: slow, and nothing in common with what is tested.</summary>
internal static class Curve
{
    internal static readonly BigInteger Prime = Hex("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
    private static readonly BigInteger Order = Hex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    private static readonly BigInteger B = Hex("5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B");

    /// <summary>The even or odd y of x, or null where the curve has no such point.</summary>
    internal static BigInteger? Solve(BigInteger x, bool odd)
    {
        if (x >= Prime)
        {
            return null;
        }

        var square = ((x * x * x - 3 * x + B) % Prime + Prime) % Prime;
        var root = BigInteger.ModPow(square, (Prime + 1) / 4, Prime);
        return root * root % Prime != square ? null : root.IsEven == odd ? Prime - root : root;
    }

    /// <summary>ECDSA takes (r, n - s) wherever it takes (r, s).</summary>
    internal static void NegateS(Span<byte> s) => Write(Order - Read(s), s);

    internal static BigInteger Read(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    internal static void Write(BigInteger value, Span<byte> destination)
    {
        destination.Clear();
        var digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(destination[(destination.Length - digits.Length)..]);
    }

    private static BigInteger Hex(string digits) =>
        BigInteger.Parse("0" + digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
