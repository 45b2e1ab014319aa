using System.Buffers.Binary;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Writes a journal's record as audit.v1's DecisionRecord, bytes to bytes: what is shipped is as much as what is
/// scanned, and a message object for each took a quarter of a core. Fields of the default value are left out, as the
/// protocol has it. A test holds it to the generated message, field by field.
/// </summary>
internal static class RecordMessage
{
    /// <summary>Most bytes of a message.</summary>
    public const int LengthMax = 1_024;

    private const int Varint = 0, Fixed64 = 1, Bytes = 2;
    private const int IdLength = 16;

    /// <summary>Writes a decision.</summary>
    /// <param name="body">Body of the record, its lengths checked.</param>
    /// <param name="message">At least <see cref="LengthMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteDecision(ReadOnlySpan<byte> body, Span<byte> message)
    {
        var id = body.Slice(1, IdLength);
        var at = 56;
        var length = Number(message, 1, BinaryPrimitives.ReadUInt64LittleEndian(body[17..]));
        length += Text(message[length..], 2, id.ContainsAnyExcept((byte)0) ? id : default);
        length += Text(message[length..], 3, TextAt(body, ref at));
        length += Text(message[length..], 4, TextAt(body, ref at));
        length += Text(message[length..], 5, TextAt(body, ref at));
        length += Eight(message[length..], 6, body[25..]);
        length += Number(message[length..], 7, BinaryPrimitives.ReadUInt16LittleEndian(body[49..]));
        length += Number(message[length..], 8, BinaryPrimitives.ReadUInt16LittleEndian(body[51..]));
        length += Number(message[length..], 9, body[53]);
        length += Number(message[length..], 10, body[54]);
        length += Eight(message[length..], 11, body[33..]);
        length += Number(message[length..], 12, body[55]);
        return length + Number(message[length..], 13, BinaryPrimitives.ReadUInt64LittleEndian(body[41..]));
    }

    /// <summary>Writes a loss.</summary>
    /// <param name="body">Body of the record, its length checked.</param>
    /// <param name="message">At least <see cref="LengthMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteLoss(ReadOnlySpan<byte> body, Span<byte> message)
    {
        Span<byte> lost = stackalloc byte[64];
        var inner = Number(lost, 1, BinaryPrimitives.ReadUInt64LittleEndian(body[1..]));
        inner += Number(lost[inner..], 2, BinaryPrimitives.ReadUInt64LittleEndian(body[9..]));
        inner += Number(lost[inner..], 3, BinaryPrimitives.ReadUInt64LittleEndian(body[17..]));
        var length = Number(message, 1, BinaryPrimitives.ReadUInt64LittleEndian(body[17..]));
        return length + Field(message[length..], 14, lost[..inner]);
    }

    /// <summary>Writes a field of bytes, also an empty one.</summary>
    /// <returns>Bytes written.</returns>
    public static int Field(Span<byte> target, int field, ReadOnlySpan<byte> bytes)
    {
        var length = Raw(target, ((uint)field << 3) | Bytes);
        length += Raw(target[length..], (uint)bytes.Length);
        bytes.CopyTo(target[length..]);
        return length + bytes.Length;
    }

    /// <summary>Writes a field that is a number, unless it is 0.</summary>
    /// <returns>Bytes written.</returns>
    public static int Number(Span<byte> target, int field, ulong value)
    {
        if (value == 0)
        {
            return 0;
        }

        var length = Raw(target, ((uint)field << 3) | Varint);
        return length + Raw(target[length..], value);
    }

    private static int Eight(Span<byte> target, int field, ReadOnlySpan<byte> value)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(value) == 0)
        {
            return 0;
        }

        target[0] = (byte)((field << 3) | Fixed64);
        value[..sizeof(ulong)].CopyTo(target[1..]);
        return 1 + sizeof(ulong);
    }

    private static int Text(Span<byte> target, int field, ReadOnlySpan<byte> text) =>
        text.IsEmpty ? 0 : Field(target, field, text);

    // The checksum vouches for the lengths; a foreign writer's still cannot read beyond the body.
    private static ReadOnlySpan<byte> TextAt(ReadOnlySpan<byte> body, ref int at)
    {
        if (at >= body.Length)
        {
            return default;
        }

        var rest = body[(at + 1)..];
        var text = rest[..Math.Min(body[at], rest.Length)];
        at += 1 + text.Length;
        return text;
    }

    private static int Raw(Span<byte> target, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[length++] = (byte)(value | 0x80);
        }

        target[length] = (byte)value;
        return length + 1;
    }
}
