using YiMaTong.Codes.Emergency.Cose;

namespace YiMaTong.Codes.Emergency.Issuing;

/// <summary>Builds a COSE_Sign1 with an empty unprotected header.</summary>
internal static class CoseSigner
{
    internal static byte[] Sign(
        byte[] headers, ReadOnlySpan<byte> context, ReadOnlySpan<byte> payload, IEmergencySigner signer, bool tagged)
    {
        Span<byte> hash = stackalloc byte[SigStructure.HashLength];
        Span<byte> signature = stackalloc byte[CoseSign1.SignatureLength];
        SigStructure.Hash(headers, context, payload, hash);
        signer.SignHash(hash, signature);
        var builder = new CborBuilder();
        if (tagged)
        {
            builder.Tag(CoseSign1.TagNumber);
        }

        return builder.Array(4).Bytes(headers).Map(0).Bytes(payload).Bytes(signature).ToArray();
    }
}
