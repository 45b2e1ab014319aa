using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace YiMaTong.Codes.Emergency.Curve;

/// <summary>
/// A number modulo the prime of P-256 (SP 800-186), in Montgomery form with R = 2^256: four limbs, the lowest first,
/// always below the prime. It serves to find the second coordinate of a public key; nothing secret passes through it.
/// </summary>
internal readonly struct P256Field : IEquatable<P256Field>
{
    // The prime's limbs. The lowest is 2^64 - 1, so its negated inverse modulo 2^64 is 1: a round of the reduction
    // takes the lowest limb itself as its factor, and that limb's product needs no multiplication.
    private const ulong Prime0 = 0xFFFF_FFFF_FFFF_FFFF;
    private const ulong Prime1 = 0x0000_0000_FFFF_FFFF;
    private const ulong Prime2 = 0;
    private const ulong Prime3 = 0xFFFF_FFFF_0000_0001;

    // R^2 modulo the prime: one multiplication by it brings a number into Montgomery form.
    private static readonly P256Field _squareOfR =
        new(0x0000_0000_0000_0003, 0xFFFF_FFFB_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFE, 0x0000_0004_FFFF_FFFD);

    private readonly ulong _limb0;
    private readonly ulong _limb1;
    private readonly ulong _limb2;
    private readonly ulong _limb3;

    private P256Field(ulong limb0, ulong limb1, ulong limb2, ulong limb3) =>
        (_limb0, _limb1, _limb2, _limb3) = (limb0, limb1, limb2, limb3);

    /// <summary>Reads 32 bytes, big-endian.</summary>
    /// <returns>False where the number is not below the prime.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out P256Field value)
    {
        var raw = new P256Field(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes));
        var below = Reduce(raw._limb0, raw._limb1, raw._limb2, raw._limb3, 0).Equals(raw);
        value = below ? Multiply(raw, _squareOfR) : default;
        return below;
    }

    /// <summary>Writes 32 bytes, big-endian.</summary>
    internal void Write(Span<byte> destination)
    {
        var raw = Multiply(this, new P256Field(1, 0, 0, 0));
        BinaryPrimitives.WriteUInt64BigEndian(destination, raw._limb3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], raw._limb2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], raw._limb1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], raw._limb0);
    }

    internal static P256Field Multiply(in P256Field x, in P256Field y)
    {
        ulong t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0;
        Round(x._limb0, y, ref t0, ref t1, ref t2, ref t3, ref t4);
        Round(x._limb1, y, ref t0, ref t1, ref t2, ref t3, ref t4);
        Round(x._limb2, y, ref t0, ref t1, ref t2, ref t3, ref t4);
        Round(x._limb3, y, ref t0, ref t1, ref t2, ref t3, ref t4);
        return Reduce(t0, t1, t2, t3, t4);
    }

    internal static P256Field Add(in P256Field x, in P256Field y)
    {
        ulong carry = 0;
        var t0 = AddLimb(x._limb0, y._limb0, ref carry);
        var t1 = AddLimb(x._limb1, y._limb1, ref carry);
        var t2 = AddLimb(x._limb2, y._limb2, ref carry);
        var t3 = AddLimb(x._limb3, y._limb3, ref carry);
        return Reduce(t0, t1, t2, t3, carry);
    }

    internal static P256Field Negate(in P256Field x)
    {
        ulong borrow = 0;
        var t0 = SubtractLimb(Prime0, x._limb0, ref borrow);
        var t1 = SubtractLimb(Prime1, x._limb1, ref borrow);
        var t2 = SubtractLimb(Prime2, x._limb2, ref borrow);
        var t3 = SubtractLimb(Prime3, x._limb3, ref borrow);
        return Reduce(t0, t1, t2, t3, 0);
    }

    /// <summary>Squares that many times.</summary>
    internal static P256Field Square(P256Field x, int times)
    {
        for (; times > 0; times--)
        {
            x = SquareOnce(x);
        }

        return x;
    }

    // Ten products in place of sixteen: those of different limbs stand twice in a square.
    private static P256Field SquareOnce(in P256Field x)
    {
        ulong carry = 0;
        var t1 = MultiplyAdd(x._limb0, x._limb1, 0, ref carry);
        var t2 = MultiplyAdd(x._limb0, x._limb2, 0, ref carry);
        var t3 = MultiplyAdd(x._limb0, x._limb3, 0, ref carry);
        var t4 = carry;
        carry = 0;
        t3 = MultiplyAdd(x._limb1, x._limb2, t3, ref carry);
        t4 = MultiplyAdd(x._limb1, x._limb3, t4, ref carry);
        var t5 = carry;
        carry = 0;
        t5 = MultiplyAdd(x._limb2, x._limb3, t5, ref carry);
        var t6 = carry;

        var t7 = t6 >> 63;
        t6 = t6 << 1 | t5 >> 63;
        t5 = t5 << 1 | t4 >> 63;
        t4 = t4 << 1 | t3 >> 63;
        t3 = t3 << 1 | t2 >> 63;
        t2 = t2 << 1 | t1 >> 63;
        t1 <<= 1;

        carry = 0;
        t1 = AddLimb(t1, Math.BigMul(x._limb0, x._limb0, out var t0), ref carry);
        var high = Math.BigMul(x._limb1, x._limb1, out var low);
        t2 = AddLimb(t2, low, ref carry);
        t3 = AddLimb(t3, high, ref carry);
        high = Math.BigMul(x._limb2, x._limb2, out low);
        t4 = AddLimb(t4, low, ref carry);
        t5 = AddLimb(t5, high, ref carry);
        high = Math.BigMul(x._limb3, x._limb3, out low);
        t6 = AddLimb(t6, low, ref carry);
        t7 = AddLimb(t7, high, ref carry);

        ulong top = 0;
        Fold(t0, ref t1, ref t2, ref t3, ref t4, ref top);
        Fold(t1, ref t2, ref t3, ref t4, ref t5, ref top);
        Fold(t2, ref t3, ref t4, ref t5, ref t6, ref top);
        Fold(t3, ref t4, ref t5, ref t6, ref t7, ref top);
        return Reduce(t4, t5, t6, t7, top);
    }

    // One step of the reduction: adds the prime as often as the lowest limb says, which makes that limb zero. With what
    // it carries, the prime's second limb comes to 2^32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold(
        ulong factor, ref ulong t1, ref ulong t2, ref ulong t3, ref ulong t4, ref ulong top)
    {
        ulong carry = 0;
        t1 = AddLimb(t1, factor << 32, ref carry);
        t2 = AddLimb(t2, factor >> 32, ref carry);
        var high = Math.BigMul(factor, Prime3, out var low);
        t3 = AddLimb(t3, low, ref carry);
        t4 = AddLimb(t4, high, ref carry);
        t4 += top;
        top = carry + (t4 < top ? 1UL : 0);
    }

    public bool Equals(P256Field other) =>
        ((_limb0 ^ other._limb0) | (_limb1 ^ other._limb1) | (_limb2 ^ other._limb2) | (_limb3 ^ other._limb3)) == 0;

    public override bool Equals(object? obj) => obj is P256Field other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_limb0, _limb1, _limb2, _limb3);

    // One row of the product and one step of the reduction; the sum stays below twice the prime.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        ulong x, in P256Field y, ref ulong t0, ref ulong t1, ref ulong t2, ref ulong t3, ref ulong t4)
    {
        ulong carry = 0, top = 0;
        t0 = MultiplyAdd(x, y._limb0, t0, ref carry);
        t1 = MultiplyAdd(x, y._limb1, t1, ref carry);
        t2 = MultiplyAdd(x, y._limb2, t2, ref carry);
        t3 = MultiplyAdd(x, y._limb3, t3, ref carry);
        t4 = AddLimb(t4, carry, ref top);

        var factor = t0;
        carry = factor;
        t0 = MultiplyAdd(factor, Prime1, t1, ref carry);
        ulong half = 0;
        t1 = AddLimb(t2, carry, ref half);
        carry = half;
        t2 = MultiplyAdd(factor, Prime3, t3, ref carry);
        half = 0;
        t3 = AddLimb(t4, carry, ref half);
        t4 = top + half;
    }

    // Takes the prime away once where the number is not below it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static P256Field Reduce(ulong t0, ulong t1, ulong t2, ulong t3, ulong t4)
    {
        ulong borrow = 0;
        var r0 = SubtractLimb(t0, Prime0, ref borrow);
        var r1 = SubtractLimb(t1, Prime1, ref borrow);
        var r2 = SubtractLimb(t2, Prime2, ref borrow);
        var r3 = SubtractLimb(t3, Prime3, ref borrow);
        return t4 >= borrow ? new P256Field(r0, r1, r2, r3) : new P256Field(t0, t1, t2, t3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong x, ulong y, ulong addend, ref ulong carry)
    {
        var high = Math.BigMul(x, y, out var low);
        low += addend;
        high += low < addend ? 1UL : 0;
        low += carry;
        high += low < carry ? 1UL : 0;
        carry = high;
        return low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddLimb(ulong x, ulong y, ref ulong carry)
    {
        var sum = x + y;
        var over = sum < x ? 1UL : 0;
        var total = sum + carry;
        carry = over + (total < sum ? 1UL : 0);
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SubtractLimb(ulong x, ulong y, ref ulong borrow)
    {
        var difference = x - y;
        var under = x < y ? 1UL : 0;
        var rest = difference - borrow;
        borrow = under + (difference < borrow ? 1UL : 0);
        return rest;
    }
}
