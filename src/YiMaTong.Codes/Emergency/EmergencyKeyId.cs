using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using YiMaTong.Codes.Emergency.Cose;

namespace YiMaTong.Codes.Emergency;

/// <summary>
/// Names a key of the emergency codes (COSE <c>kid</c>): the first 4 bytes of the key's COSE thumbprint (RFC 9679,
/// SHA-256). Keys of one set never share one; where two do by chance, another key is drawn.
/// </summary>
/// <param name="Value">The bytes as a number, big-endian.</param>
public readonly record struct EmergencyKeyId(uint Value)
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 4;

    /// <summary>Names a public key.</summary>
    /// <param name="x">32 bytes.</param>
    /// <param name="y">32 bytes.</param>
    public static EmergencyKeyId Of(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        var key = new CborBuilder().Map(4).Number(1).Number(2).Integer(-1).Number(1).Integer(-2).Bytes(x).Integer(-3)
            .Bytes(y).ToArray();
        return new EmergencyKeyId(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(key)));
    }

    /// <summary>The eight hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x8", CultureInfo.InvariantCulture);

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out EmergencyKeyId id)
    {
        var whole = bytes.Length == Length;
        id = whole ? new EmergencyKeyId(BinaryPrimitives.ReadUInt32BigEndian(bytes)) : default;
        return whole;
    }

    internal byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Value);
        return bytes;
    }
}
