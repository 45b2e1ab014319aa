namespace YiMaTong.Decode.Marshalling;

/// <summary>
/// Reads protobuf's encoding from bytes. It takes and refuses exactly what Google.Protobuf takes and refuses, and tells
/// by its answer, never by an exception: what arrives may be anything.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Groups and messages may lie within each other this deep.</summary>
    public const int DepthMax = 100;

    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int StartGroup = 3;
    private const int EndGroup = 4;
    private const int Fixed32 = 5;
    private const int VarintBytesMax = 10;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Where the next byte is read.</summary>
    public int At { get; private set; }

    /// <summary>Whether all is read.</summary>
    public readonly bool AtEnd => At == _bytes.Length;

    /// <summary>Reads a tag: field number and wire type; false where there is none or its field number is 0.</summary>
    public bool TryReadTag(out uint tag)
    {
        var read = TryReadVarint(out var value);
        tag = (uint)value;
        return read && tag >> 3 != 0;
    }

    /// <summary>Reads a number; bits above 64 are dropped.</summary>
    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        var rest = _bytes[At..];
        for (var i = 0; i < rest.Length && i < VarintBytesMax; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] < 0x80)
            {
                At += i + 1;
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads the length of what follows and steps over it.</summary>
    /// <param name="start">Where it starts.</param>
    /// <param name="length">Its length in bytes.</param>
    public bool TryReadBytes(out int start, out int length)
    {
        var read = TryReadVarint(out var value);
        (start, length) = (At, (int)(uint)value);
        if (!read || length < 0 || length > _bytes.Length - At)
        {
            return false;
        }

        At += length;
        return true;
    }

    /// <summary>Steps over a field that nobody here knows.</summary>
    /// <param name="tag">Its tag, read before.</param>
    /// <param name="depth">How many messages and groups lie around it.</param>
    public bool TrySkip(uint tag, int depth) => (int)(tag & 7) switch
    {
        Varint => TryReadVarint(out _),
        Fixed64 => TryAdvance(sizeof(ulong)),
        LengthDelimited => TryReadBytes(out _, out _),
        StartGroup => TrySkipGroup(tag >> 3, depth + 1),
        Fixed32 => TryAdvance(sizeof(uint)),
        _ => false,
    };

    private bool TrySkipGroup(uint number, int depth)
    {
        while (depth <= DepthMax && TryReadTag(out var tag))
        {
            if ((tag & 7) == EndGroup)
            {
                return tag >> 3 == number;
            }

            if (!TrySkip(tag, depth))
            {
                return false;
            }
        }

        return false;
    }

    private bool TryAdvance(int count)
    {
        if (count > _bytes.Length - At)
        {
            return false;
        }

        At += count;
        return true;
    }
}
