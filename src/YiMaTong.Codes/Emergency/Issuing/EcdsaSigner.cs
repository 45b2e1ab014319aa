using System.Security.Cryptography;
using YiMaTong.Codes.Emergency.Curve;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Codes.Emergency.Issuing;

/// <summary>
/// Signs with a P-256 key in this process's memory: an issuer's from a file, or a phone's in tests and simulations.
/// Thread-safe: calls take turns.
/// </summary>
public sealed class EcdsaSigner : IEmergencySigner, IDisposable
{
    private const string P256ObjectId = "1.2.840.10045.3.1.7";

    private readonly Lock _turn = new();
    private readonly ECDsa _key;
    private readonly byte[] _compressed = new byte[P256Point.CompressedLength];

    /// <summary>Takes the key over and disposes of it in the end.</summary>
    /// <param name="key">A private key of P-256.</param>
    /// <exception cref="ArgumentException">The key is of another curve.</exception>
    public EcdsaSigner(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var parameters = key.ExportParameters(includePrivateParameters: false);
        if (!parameters.Curve.IsNamed || parameters.Curve.Oid.Value != P256ObjectId
            || !EmergencyPublicKey.TryCreate(parameters.Q.X, parameters.Q.Y, out var publicKey))
        {
            throw new ArgumentException("Emergency codes are signed with keys of P-256.", nameof(key));
        }

        (_key, PublicKey) = (key, publicKey);
        P256Point.Compress(publicKey.X, publicKey.Y, _compressed);
    }

    /// <summary>The public key.</summary>
    public EmergencyPublicKey PublicKey { get; }

    /// <summary>The public key in 33 bytes (SEC 1, compressed), as a holder's is sent to issuing.</summary>
    public ReadOnlySpan<byte> CompressedPublicKey => _compressed;

    /// <inheritdoc />
    public EmergencyKeyId KeyId => PublicKey.Id;

    /// <summary>Makes a new key.</summary>
    public static EcdsaSigner Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <inheritdoc />
    public void SignHash(ReadOnlySpan<byte> hash, Span<byte> signature)
    {
        lock (_turn)
        {
            if (!_key.TrySignHash(
                hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out _))
            {
                throw new ArgumentException("The room for the signature is too short.", nameof(signature));
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();
}
