using System.Buffers.Binary;
using YiMaTong.Codes.Emergency.Cose;
using YiMaTong.Codes.Emergency.Curve;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Codes.Text;
using static YiMaTong.Codes.Emergency.EmergencyCodeLayout;

namespace YiMaTong.Codes.Emergency;

/// <summary>
/// Verifies emergency codes with what a gate holds, offline. Immutable: newer keys, lists or policy make another
/// verifier, put in place by one reference write. Thread-safe.
/// <para>Only ES256 counts. The issuer's key comes from the key set by its name, never from the code; the holder's key
/// is the one that the issuer signed. The two signatures are nearly all of the cost.</para>
/// </summary>
public sealed class EmergencyVerifier
{
    private readonly EmergencyKeySet _keys;
    private readonly StatusLists _lists;
    private readonly EmergencyPolicy _policy;

    /// <summary>Puts a verifier together.</summary>
    /// <param name="keys">The issuers' keys.</param>
    /// <param name="lists">The status lists.</param>
    /// <param name="policy">The gate's policy.</param>
    public EmergencyVerifier(EmergencyKeySet keys, StatusLists lists, EmergencyPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(policy);
        (_keys, _lists, _policy) = (keys, lists, policy);
    }

    /// <summary>Verifies what a scanner read. Never throws for any text.</summary>
    /// <param name="text">Any content and length.</param>
    /// <param name="now">Second of the Unix epoch by the gate's clock.</param>
    /// <param name="sceneKind">Kind of the gate's scene, 0 to 10.</param>
    /// <param name="code">The code; default unless the answer is <see cref="EmergencyStatus.Valid"/>.</param>
    public EmergencyStatus Verify(
        ReadOnlySpan<char> text, uint now, int sceneKind, out VerifiedEmergencyCode code)
    {
        code = default;
        Span<byte> buffer = stackalloc byte[BytesMax];
        return text.StartsWith(Prefix) && Base45.TryDecode(text[Prefix.Length..], buffer, out var length)
            ? VerifyBytes(buffer[..length], now, sceneKind, out code)
            : EmergencyStatus.NotOurs;
    }

    private EmergencyStatus VerifyBytes(
        ReadOnlySpan<byte> bytes, uint now, int sceneKind, out VerifiedEmergencyCode code)
    {
        code = default;
        var read = CoseSign1.Read(bytes, tagged: true, out var outer);
        if (read != CoseReadStatus.Read)
        {
            // Only a showing carries a token.
            return StatusOf(
                read,
                outer.Token.IsEmpty ? EmergencyStatus.AlgorithmRefused : EmergencyStatus.HolderAlgorithmRefused);
        }

        if (outer.Token.IsEmpty)
        {
            return EmergencyToken.TryRead(outer, EmergencyForm.Static, out var paper)
                ? VerifyStatic(paper, now, sceneKind, out code)
                : EmergencyStatus.Malformed;
        }

        read = CoseSign1.Read(outer.Token, tagged: false, out var inner);
        if (read != CoseReadStatus.Read)
        {
            return StatusOf(read, EmergencyStatus.AlgorithmRefused);
        }

        return Showing.TryRead(outer, out var showing)
            && EmergencyToken.TryRead(inner, EmergencyForm.HolderBound, out var token)
            ? VerifyShown(token, showing, now, sceneKind, out code)
            : EmergencyStatus.Malformed;
    }

    private EmergencyStatus VerifyStatic(
        EmergencyToken token, uint now, int sceneKind, out VerifiedEmergencyCode code)
    {
        var status = VerifyToken(token, now, sceneKind, out var tokenId);
        code = status == EmergencyStatus.Valid
            ? new VerifiedEmergencyCode(token.Form, token.Grant, token.KeyId, tokenId, tokenId, 0, null)
            : default;
        return status;
    }

    private EmergencyStatus VerifyShown(
        EmergencyToken token, Showing showing, uint now, int sceneKind, out VerifiedEmergencyCode code)
    {
        code = default;
        var status = VerifyToken(token, now, sceneKind, out var tokenId);
        if (status == EmergencyStatus.Valid)
        {
            status = VerifyHolder(token.HolderKey, showing.Frame, out var showingId);
            if (status == EmergencyStatus.Valid)
            {
                status = CheckShownAt(token.Grant, showing.ShownAt, now);
            }

            code = status == EmergencyStatus.Valid
                ? new VerifiedEmergencyCode(
                    token.Form, token.Grant, token.KeyId, tokenId, showingId, showing.ShownAt, showing.Position)
                : default;
        }

        return status;
    }

    private EmergencyStatus VerifyToken(EmergencyToken token, uint now, int sceneKind, out UInt128 id)
    {
        id = default;
        var key = _keys.Find(token.KeyId);
        var status = CheckKey(key, token.Grant, now);
        if (status != EmergencyStatus.Valid)
        {
            return status;
        }

        Span<byte> hash = stackalloc byte[SigStructure.HashLength];
        SigStructure.Hash(token.Frame.Protected, token.Context, token.Frame.Payload, hash);
        if (!key!.PublicKey.VerifyHash(hash, token.Frame.Signature))
        {
            return EmergencyStatus.IssuerSignatureWrong;
        }

        id = BinaryPrimitives.ReadUInt128BigEndian(hash);
        return CheckGrant(token.Grant, now, sceneKind);
    }

    private EmergencyStatus CheckKey(EmergencyKey? key, in EmergencyGrant grant, uint now)
    {
        if (key is null)
        {
            return EmergencyStatus.UnknownKey;
        }

        if (key.Revoked)
        {
            return EmergencyStatus.RevokedKey;
        }

        if (!key.Uses.HasFlag(EmergencyKeyUses.Codes))
        {
            return EmergencyStatus.KeyNotForCodes;
        }

        return key.IsValidAt(now, _policy.SkewSeconds) && grant.NotBefore >= key.NotBefore
            ? EmergencyStatus.Valid
            : EmergencyStatus.KeyOutOfTime;
    }

    private EmergencyStatus CheckGrant(in EmergencyGrant grant, uint now, int sceneKind)
    {
        // In 64 bits, so that no time near either end of 32 wraps around.
        if ((long)now + _policy.SkewSeconds < grant.NotBefore)
        {
            return EmergencyStatus.NotYetValid;
        }

        if ((long)now - _policy.SkewSeconds >= grant.Expires)
        {
            return EmergencyStatus.Expired;
        }

        if (!grant.Region.Covers(_policy.Region))
        {
            return EmergencyStatus.AnotherRegion;
        }

        if (!grant.Admits(sceneKind))
        {
            return EmergencyStatus.SceneNotGranted;
        }

        return _lists.Read(grant.StatusList, grant.StatusIndex) switch
        {
            TokenStanding.Valid => EmergencyStatus.Valid,
            TokenStanding.Revoked => EmergencyStatus.Revoked,
            _ => _policy.AcceptUnknownStatus ? EmergencyStatus.Valid : EmergencyStatus.StatusUnknown,
        };
    }

    private EmergencyStatus CheckShownAt(in EmergencyGrant grant, uint shownAt, uint now)
    {
        long skew = _policy.SkewSeconds;
        if (shownAt + skew < grant.NotBefore || shownAt - skew >= grant.Expires)
        {
            return EmergencyStatus.ShownOutsideValidity;
        }

        if (shownAt > now + skew)
        {
            return EmergencyStatus.ShowingFromFuture;
        }

        return shownAt + _policy.ShowingLifeSeconds + skew <= now
            ? EmergencyStatus.ShowingStale
            : EmergencyStatus.Valid;
    }

    private static EmergencyStatus VerifyHolder(ReadOnlySpan<byte> compressed, CoseSign1 frame, out UInt128 id)
    {
        id = default;
        Span<byte> y = stackalloc byte[P256Point.CoordinateLength];
        if (!P256Point.TryDecompress(compressed, y))
        {
            return EmergencyStatus.HolderKeyInvalid;
        }

        Span<byte> hash = stackalloc byte[SigStructure.HashLength];
        SigStructure.Hash(frame.Protected, ShowingContext, frame.Payload, hash);
        if (!EmergencyPublicKey.VerifyOnce(compressed[1..], y, hash, frame.Signature))
        {
            return EmergencyStatus.HolderSignatureWrong;
        }

        id = BinaryPrimitives.ReadUInt128BigEndian(hash);
        return EmergencyStatus.Valid;
    }

    private static EmergencyStatus StatusOf(CoseReadStatus read, EmergencyStatus algorithmRefused) => read switch
    {
        CoseReadStatus.AlgorithmRefused => algorithmRefused,
        CoseReadStatus.KeyInToken => EmergencyStatus.KeyInToken,
        _ => EmergencyStatus.Malformed,
    };
}
