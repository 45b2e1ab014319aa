using System.Security.Cryptography;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// The root key: it signs key sets alone, and gates are configured with its public half. Thread-safe.
/// </summary>
internal sealed class EmergencyRoot(IEmergencySigner signer, EmergencyPublicKey publicKey, string publicKeyPem)
{
    public IEmergencySigner Signer => signer;

    public EmergencyPublicKey PublicKey => publicKey;

    /// <summary>The public half as PEM (SubjectPublicKeyInfo).</summary>
    public string PublicKeyPem => publicKeyPem;

    /// <summary>A root key in this process.</summary>
    public static EmergencyRoot Of(EcdsaSigner signer)
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = signer.PublicKey.X.ToArray(), Y = signer.PublicKey.Y.ToArray() },
        });
        return new EmergencyRoot(signer, signer.PublicKey, key.ExportSubjectPublicKeyInfoPem() + "\n");
    }
}
