using YiMaTong.Codes.Emergency.Cose;
using YiMaTong.Codes.Emergency.Issuing;

namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>The frame that key sets and all that their keys sign share: a COSE_Sign1.</summary>
internal static class SignedDocument
{
    // alg, content type, kid.
    private const int HeaderCount = 3;

    /// <summary>Reads a frame and says whose key it claims to be signed by. Nothing is verified yet.</summary>
    internal static DocumentStatus Read(
        ReadOnlySpan<byte> document, DocumentKind kind, out CoseSign1 frame, out EmergencyKeyId keyId)
    {
        frame = default;
        keyId = default;
        if (document.Length > kind.BytesMax)
        {
            return DocumentStatus.TooLarge;
        }

        var read = CoseSign1.Read(document, tagged: true, out frame);
        if (read != CoseReadStatus.Read)
        {
            return read switch
            {
                CoseReadStatus.AlgorithmRefused => DocumentStatus.AlgorithmRefused,
                CoseReadStatus.KeyInToken => DocumentStatus.KeyInDocument,
                _ => DocumentStatus.Malformed,
            };
        }

        if (!frame.ContentType.SequenceEqual(kind.ContentTypeUtf8))
        {
            return DocumentStatus.AnotherKind;
        }

        return frame.HeaderCount == HeaderCount && EmergencyKeyId.TryRead(frame.KeyId, out keyId)
            ? DocumentStatus.Accepted
            : DocumentStatus.Malformed;
    }

    /// <summary>Reads a frame and verifies it under a key of the set that is for this kind.</summary>
    internal static DocumentStatus Open(
        ReadOnlySpan<byte> document,
        DocumentKind kind,
        EmergencyKeySet keys,
        out CoseSign1 frame,
        out EmergencyKey? key)
    {
        key = null;
        var status = Read(document, kind, out frame, out var keyId);
        if (status != DocumentStatus.Accepted)
        {
            return status;
        }

        key = keys.Find(keyId);
        if (key is null)
        {
            return DocumentStatus.UnknownKey;
        }

        if (key.Revoked)
        {
            return DocumentStatus.RevokedKey;
        }

        return (key.Uses & kind.Use) != kind.Use ? DocumentStatus.KeyNotForThis
            : Holds(frame, kind, key.PublicKey) ? DocumentStatus.Accepted : DocumentStatus.SignatureWrong;
    }

    /// <summary>Whether the signature holds.</summary>
    internal static bool Holds(CoseSign1 frame, DocumentKind kind, EmergencyPublicKey key)
    {
        Span<byte> hash = stackalloc byte[SigStructure.HashLength];
        SigStructure.Hash(frame.Protected, kind.Context, frame.Payload, hash);
        return key.VerifyHash(hash, frame.Signature);
    }

    /// <summary>Signs a payload.</summary>
    internal static byte[] Write(DocumentKind kind, byte[] payload, IEmergencySigner signer)
    {
        var headers = new CborBuilder().Map(HeaderCount).Number(1).Integer(-7).Number(3).Text(kind.ContentType)
            .Number(4).Bytes(signer.KeyId.ToBytes()).ToArray();
        return CoseSigner.Sign(headers, kind.Context, payload, signer, tagged: true);
    }
}
