using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using YiMaTong.Codes.Emergency.Curve;
using YiMaTong.Codes.Pooling;

namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>
/// A P-256 public key that signs codes or documents. Immutable and thread-safe; keep one instance per key: it holds a
/// few native keys, made at first use and freed when the instance is collected.
/// </summary>
public sealed class EmergencyPublicKey
{
    private readonly byte[] _x;
    private readonly byte[] _y;
    private readonly BoundedPool<ECDsa> _keys;

    private EmergencyPublicKey(byte[] x, byte[] y, ECDsa first)
    {
        (_x, _y, Id) = (x, y, EmergencyKeyId.Of(x, y));
        _keys = new BoundedPool<ECDsa>(() => Import(x, y));
        _keys.Return(first);
    }

    /// <summary>The key's name.</summary>
    public EmergencyKeyId Id { get; }

    /// <summary>First coordinate: 32 bytes, big-endian.</summary>
    public ReadOnlySpan<byte> X => _x;

    /// <summary>Second coordinate: 32 bytes, big-endian.</summary>
    public ReadOnlySpan<byte> Y => _y;

    /// <summary>Takes a copy of the coordinates.</summary>
    /// <param name="x">First coordinate.</param>
    /// <param name="y">Second coordinate.</param>
    /// <param name="key">The key.</param>
    /// <returns>False where they are not 32 bytes each or no point of the curve.</returns>
    public static bool TryCreate(
        ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, [NotNullWhen(true)] out EmergencyPublicKey? key)
    {
        key = null;
        if (x.Length != P256Point.CoordinateLength || y.Length != P256Point.CoordinateLength)
        {
            return false;
        }

        var (copyX, copyY) = (x.ToArray(), y.ToArray());
        try
        {
            key = new EmergencyPublicKey(copyX, copyY, Import(copyX, copyY));
            return true;
        }
        catch (CryptographicException)
        {
            // The platform tells a point off the curve by an exception alone.
            return false;
        }
    }

    /// <summary>Whether bytes are a point of the curve in SEC 1's compressed form, as a phone sends its key.</summary>
    /// <param name="compressed">Any bytes of any length.</param>
    public static bool IsPoint(ReadOnlySpan<byte> compressed)
    {
        Span<byte> y = stackalloc byte[P256Point.CoordinateLength];
        return P256Point.TryDecompress(compressed, y);
    }

    /// <summary>Verifies a signature over a hash.</summary>
    /// <param name="hash">SHA-256: 32 bytes.</param>
    /// <param name="signature">r and s, 32 bytes each.</param>
    public bool VerifyHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (OpenSslP256.Verify(_x, _y, hash, signature) is { } verdict)
        {
            return verdict;
        }

        using var key = new Lease<ECDsa>(_keys);
        return key.Item.VerifyHash(hash, signature);
    }

    /// <summary>Verifies by a key that is used once, such as a phone's.</summary>
    /// <param name="x">First coordinate of a point of the curve.</param>
    /// <param name="y">Second coordinate.</param>
    /// <param name="hash">SHA-256: 32 bytes.</param>
    /// <param name="signature">r and s, 32 bytes each.</param>
    internal static bool VerifyOnce(
        ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (OpenSslP256.Verify(x, y, hash, signature) is { } verdict)
        {
            return verdict;
        }

        using var key = Import(x.ToArray(), y.ToArray());
        return key.VerifyHash(hash, signature);
    }

    internal static ECDsa Import(byte[] x, byte[] y) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = x, Y = y },
    });
}
