using System.Buffers.Binary;
using System.Security.Cryptography;

namespace YiMaTong.Decode.Sessions;

/// <summary>The 32 random bytes of a session. It has no text form, so that it cannot slip into a log.</summary>
internal readonly struct SessionToken : IEquatable<SessionToken>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private SessionToken(ReadOnlySpan<byte> bytes)
    {
        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>Draws a token.</summary>
    public static SessionToken New()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        return new(bytes);
    }

    /// <summary>Reads what a gate sent.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SessionToken token)
    {
        token = bytes.Length == Size ? new(bytes) : default;
        return bytes.Length == Size;
    }

    /// <summary>The bytes, for the gate.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), _low);
        return bytes;
    }

    /// <inheritdoc />
    public bool Equals(SessionToken other) => _high == other._high && _low == other._low;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is SessionToken other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _high.GetHashCode();
}
