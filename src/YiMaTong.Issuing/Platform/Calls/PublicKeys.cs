using YiMaTong.Codes.Signing;

namespace YiMaTong.Issuing.Platform;

/// <summary>Checks the public keys that parties register.</summary>
internal static class PublicKeys
{
    /// <summary>Checks a key as PEM.</summary>
    /// <param name="field">JSON name of the field.</param>
    /// <param name="profile">How the party signs; sets the least length.</param>
    /// <param name="pem">SubjectPublicKeyInfo as PEM, 1 to 4,096 characters.</param>
    public static Outcome Check(string field, SignatureProfile profile, string pem)
    {
        if (pem.Length is 0 or > Fields.PemMaxLength)
        {
            return Outcome.BadParameter(field);
        }

        if (!SignatureVerifier.TryCreate(profile, pem.AsSpan(), out var verifier, out var error))
        {
            return Outcome.BadParameter($"{field}: {error}");
        }

        verifier!.Dispose();
        return Outcome.Ok;
    }
}
