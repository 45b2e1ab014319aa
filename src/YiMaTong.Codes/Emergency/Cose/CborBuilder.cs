using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace YiMaTong.Codes.Emergency.Cose;

/// <summary>
/// Writes CBOR in its deterministic encoding (RFC 8949 section 4.2.1). The order of a map's keys is the caller's to
/// keep: layouts are fixed, and the tests hold every one against a strict reader of the platform's. Not thread-safe.
/// </summary>
internal sealed class CborBuilder
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    internal byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    internal CborBuilder Number(ulong value) => Head(CborCursor.Unsigned, value);

    /// <summary>A number of either sign.</summary>
    internal CborBuilder Integer(long value) =>
        value >= 0 ? Head(CborCursor.Unsigned, (ulong)value) : Head(CborCursor.Negative, (ulong)(-1 - value));

    internal CborBuilder Bytes(ReadOnlySpan<byte> value) => Head(CborCursor.ByteString, (ulong)value.Length).Raw(value);

    internal CborBuilder Text(string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        return Head(CborCursor.TextString, (ulong)utf8.Length).Raw(utf8);
    }

    internal CborBuilder Boolean(bool value) => Head(CborCursor.Simple, value ? 21UL : 20UL);

    internal CborBuilder Array(int count) => Head(CborCursor.Array, (ulong)count);

    internal CborBuilder Map(int count) => Head(CborCursor.Map, (ulong)count);

    internal CborBuilder Tag(ulong number) => Head(CborCursor.Tag, number);

    /// <summary>An item that is encoded already.</summary>
    internal CborBuilder Raw(ReadOnlySpan<byte> encoded)
    {
        _bytes.Write(encoded);
        return this;
    }

    private CborBuilder Head(int major, ulong argument)
    {
        Span<byte> head = stackalloc byte[9];
        var length = WriteHead(head, major, argument);
        return Raw(head[..length]);
    }

    /// <summary>Writes a head in its shortest form.</summary>
    /// <returns>Its length, 1 to 9 bytes.</returns>
    internal static int WriteHead(Span<byte> destination, int major, ulong argument)
    {
        var type = (byte)(major << 5);
        switch (argument)
        {
            case < 24:
                destination[0] = (byte)(type | (byte)argument);
                return 1;
            case <= byte.MaxValue:
                destination[0] = (byte)(type | 24);
                destination[1] = (byte)argument;
                return 2;
            case <= ushort.MaxValue:
                destination[0] = (byte)(type | 25);
                BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)argument);
                return 3;
            case <= uint.MaxValue:
                destination[0] = (byte)(type | 26);
                BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)argument);
                return 5;
            default:
                destination[0] = (byte)(type | 27);
                BinaryPrimitives.WriteUInt64BigEndian(destination[1..], argument);
                return 9;
        }
    }
}
