using System.Buffers.Binary;

namespace YiMaTong.Codes.Emergency.Cose;

/// <summary>
/// Reads CBOR in its deterministic encoding alone (RFC 8949 section 4.2.1): shortest heads, definite lengths. Whoever
/// reads knows what must come; anything else, a length beyond the bytes at hand included, is a "no". Allocates nothing
/// and never throws for any bytes. After a "no" the position is unspecified.
/// </summary>
internal ref struct CborCursor(ReadOnlySpan<byte> bytes)
{
    internal const int Unsigned = 0;
    internal const int Negative = 1;
    internal const int ByteString = 2;
    internal const int TextString = 3;
    internal const int Array = 4;
    internal const int Map = 5;
    internal const int Tag = 6;
    internal const int Simple = 7;

    // An item that is skipped may nest this deep: a token within a header, its claims, and one to spare.
    private const int SkipDepthMax = 4;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether every byte is read.</summary>
    internal readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>The head of the next item: major type and argument.</summary>
    internal bool TryReadHead(out int major, out ulong argument)
    {
        (major, argument) = (0, 0);
        if (_rest.IsEmpty)
        {
            return false;
        }

        major = _rest[0] >> 5;
        var information = _rest[0] & 0x1F;
        if (information < 24)
        {
            argument = (ulong)information;
            _rest = _rest[1..];
            return true;
        }

        // 28 to 30 are reserved, 31 stands for an indefinite length.
        var width = information switch { 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => 0 };
        if (width == 0 || _rest.Length <= width)
        {
            return false;
        }

        var digits = _rest[1..];
        argument = width switch
        {
            1 => digits[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(digits),
            4 => BinaryPrimitives.ReadUInt32BigEndian(digits),
            _ => BinaryPrimitives.ReadUInt64BigEndian(digits),
        };
        _rest = digits[width..];
        var shorter = width switch { 1 => 24UL, 2 => 1UL << 8, 4 => 1UL << 16, _ => 1UL << 32 };
        return argument >= shorter;
    }

    internal bool TryReadUnsigned(ulong max, out ulong value) =>
        TryReadHead(out var major, out value) && major == Unsigned && value <= max;

    internal bool TryReadUInt32(out uint value)
    {
        var read = TryReadUnsigned(uint.MaxValue, out var wide);
        value = read ? (uint)wide : 0;
        return read;
    }

    internal bool TryReadBytes(out ReadOnlySpan<byte> value) => TryReadString(ByteString, out value);

    internal bool TryReadText(out ReadOnlySpan<byte> utf8) => TryReadString(TextString, out utf8);

    internal bool TryReadBoolean(out bool value)
    {
        var read = TryReadHead(out var major, out var argument) && major == Simple && argument is 20 or 21;
        value = read && argument == 21;
        return read;
    }

    /// <summary>An array of exactly so many items.</summary>
    internal bool TryReadArray(int count) => TryReadExact(Array, (ulong)count);

    /// <summary>A map of exactly so many pairs.</summary>
    internal bool TryReadMap(int count) => TryReadExact(Map, (ulong)count);

    /// <summary>This very tag.</summary>
    internal bool TryReadTag(ulong number) => TryReadExact(Tag, number);

    /// <summary>This very unsigned number, as the key of a map whose layout is fixed.</summary>
    internal bool TryReadKey(ulong key) => TryReadExact(Unsigned, key);

    /// <summary>This very negative number: -1 - argument.</summary>
    internal bool TryReadNegativeKey(ulong argument) => TryReadExact(Negative, argument);

    /// <summary>Passes over one item, whatever it is, and gives its bytes.</summary>
    internal bool TrySkip(out ReadOnlySpan<byte> item)
    {
        var start = _rest;
        item = default;
        if (!TrySkip(SkipDepthMax))
        {
            return false;
        }

        item = start[..(start.Length - _rest.Length)];
        return true;
    }

    private bool TrySkip(int depth)
    {
        if (depth == 0 || !TryReadHead(out var major, out var argument))
        {
            return false;
        }

        if (major is ByteString or TextString)
        {
            return TryAdvance(argument);
        }

        // An item takes a byte at least, so a count beyond the bytes at hand is wrong before the first item is read.
        var items = major switch { Tag => 1UL, Array or Map => argument, _ => 0UL };
        if (items > (ulong)_rest.Length)
        {
            return false;
        }

        for (items = major == Map ? items * 2 : items; items > 0; items--)
        {
            if (!TrySkip(depth - 1))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadExact(int expectedMajor, ulong expected) =>
        TryReadHead(out var major, out var argument) && major == expectedMajor && argument == expected;

    private bool TryReadString(int expectedMajor, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadHead(out var major, out var length) || major != expectedMajor)
        {
            return false;
        }

        var start = _rest;
        if (!TryAdvance(length))
        {
            return false;
        }

        value = start[..(int)length];
        return true;
    }

    private bool TryAdvance(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            return false;
        }

        _rest = _rest[(int)length..];
        return true;
    }
}
