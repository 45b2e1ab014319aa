using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using YiMaTong.Codes.OpenSsl;
using YiMaTong.Codes.Pooling;

namespace YiMaTong.Codes.Emergency.Curve;

/// <summary>
/// ES256 verification by the OpenSSL that the platform itself has loaded, without the platform's import of the key.
/// That import multiplies the point by the group's order, which costs more than the verification (112 µs beside 64),
/// and which P-256 does not need: its cofactor is 1, so each point of the curve has that order. OpenSSL still refuses
/// what is no point of the curve. Allocates nothing. Thread-safe.
/// <para>Where there is no OpenSSL 3, or not the very one that the platform uses, it tells so and the platform's own
/// path is taken.</para>
/// </summary>
internal static unsafe partial class OpenSslP256
{
    private const int Curve = 415;
    private const int PointLength = 1 + 2 * P256Point.CoordinateLength;
    private const int SignatureLength = 2 * P256Point.CoordinateLength;
    private const int DerMax = 2 + 2 * (3 + P256Point.CoordinateLength);

    // A key serves one verification after the other: the point is replaced, and the curve's constants stay.
    private static readonly BoundedPool<Key> _keys = new(() => new Key());
    private static readonly bool _isAvailable = PlatformOpenSsl.Has(IsRight);

    /// <summary>Whether this way is there.</summary>
    internal static bool IsAvailable => _isAvailable;

    /// <summary>Verifies.</summary>
    /// <param name="x">First coordinate of the key: 32 bytes, big-endian.</param>
    /// <param name="y">Second coordinate.</param>
    /// <param name="hash">SHA-256: 32 bytes.</param>
    /// <param name="signature">r and s, 32 bytes each; another length is no signature.</param>
    /// <returns>Null where this way is not there or could not tell: then the platform's has to.</returns>
    internal static bool? Verify(
        ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) =>
        !_isAvailable || x.Length != P256Point.CoordinateLength || y.Length != P256Point.CoordinateLength
            ? null
            : signature.Length == SignatureLength && hash.Length == SHA256.HashSizeInBytes
                ? VerifyPoint(x, y, hash, signature)
                : false;

    private static bool? VerifyPoint(
        ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        Span<byte> point = stackalloc byte[PointLength];
        point[0] = 4;
        x.CopyTo(point[1..]);
        y.CopyTo(point[(1 + P256Point.CoordinateLength)..]);
        Span<byte> der = stackalloc byte[DerMax];
        var derLength = WriteDer(signature, der);
        using var key = new Lease<Key>(_keys);
        if (key.Item.IsInvalid)
        {
            return null;
        }

        var handle = key.Item.DangerousGetHandle();
        fixed (byte* pointAt = point, hashAt = hash, derAt = der)
        {
            var verdict = EC_KEY_oct2key(handle, pointAt, PointLength, 0) == 1
                ? ECDSA_verify(0, hashAt, hash.Length, derAt, derLength, handle)
                : -1;
            if (verdict != 1)
            {
                // The thread's queue of errors is the platform's too.
                PlatformOpenSsl.ClearErrors();
            }

            return verdict < 0 ? null : verdict == 1;
        }
    }

    // SEQUENCE of two INTEGERs, each without leading zeros but the one that keeps it positive.
    private static int WriteDer(ReadOnlySpan<byte> signature, Span<byte> der)
    {
        var at = 2;
        at += WriteInteger(signature[..P256Point.CoordinateLength], der[at..]);
        at += WriteInteger(signature[P256Point.CoordinateLength..], der[at..]);
        der[0] = 0x30;
        der[1] = (byte)(at - 2);
        return at;
    }

    private static int WriteInteger(ReadOnlySpan<byte> number, Span<byte> der)
    {
        var digits = number.TrimStart((byte)0);
        var sign = digits.IsEmpty || digits[0] >= 0x80 ? 1 : 0;
        der[0] = 2;
        der[1] = (byte)(sign + digits.Length);
        der[2] = 0;
        digits.CopyTo(der[(2 + sign)..]);
        return 2 + sign + digits.Length;
    }

    // RFC 6979, A.2.5: the message "sample". It is taken, and not with another hash.
    private static bool IsRight()
    {
        var x = Convert.FromHexString("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6");
        var y = Convert.FromHexString("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
        var signature = Convert.FromHexString(
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
            + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
        return VerifyPoint(x, y, SHA256.HashData("sample"u8), signature) == true
            && VerifyPoint(x, y, SHA256.HashData("other"u8), signature) == false;
    }

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial nint EC_KEY_new_by_curve_name(int curve);

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial int EC_KEY_oct2key(nint key, byte* point, nuint length, nint context);

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial int ECDSA_verify(
        int type, byte* hash, int hashLength, byte* signature, int signatureLength, nint key);

    [LibraryImport(PlatformOpenSsl.Library)]
    private static partial void EC_KEY_free(nint key);

    private sealed class Key : SafeHandleZeroOrMinusOneIsInvalid
    {
        public Key()
            : base(ownsHandle: true) => SetHandle(EC_KEY_new_by_curve_name(Curve));

        protected override bool ReleaseHandle()
        {
            EC_KEY_free(handle);
            return true;
        }
    }
}
