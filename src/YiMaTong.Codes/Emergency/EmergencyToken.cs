using System.Buffers.Binary;
using YiMaTong.Codes.Emergency.Cose;
using static YiMaTong.Codes.Emergency.EmergencyCodeLayout;

namespace YiMaTong.Codes.Emergency;

/// <summary>An issuer's token as read, not verified yet: its claims, and views into its frame.</summary>
internal readonly ref struct EmergencyToken
{
    private EmergencyToken(CoseSign1 frame, EmergencyForm form)
    {
        Frame = frame;
        Form = form;
    }

    internal CoseSign1 Frame { get; }

    internal EmergencyForm Form { get; }

    internal EmergencyKeyId KeyId { get; private init; }

    internal EmergencyGrant Grant { get; private init; }

    /// <summary>The holder's key, compressed; empty in a static code.</summary>
    internal ReadOnlySpan<byte> HolderKey { get; private init; }

    internal ReadOnlySpan<byte> Context => Form == EmergencyForm.Static ? StaticContext : HolderBoundContext;

    /// <summary>Takes the claims out of a frame.</summary>
    /// <returns>False for any claim too many, missing, out of order or out of range.</returns>
    internal static bool TryRead(CoseSign1 frame, EmergencyForm form, out EmergencyToken token)
    {
        token = default;
        var cursor = new CborCursor(frame.Payload);
        var grantLength = form == EmergencyForm.Static ? StaticGrantLength : HolderGrantLength;
        if (frame.HeaderCount != HeaderCount || !EmergencyKeyId.TryRead(frame.KeyId, out var keyId)
            || !cursor.TryReadMap(ClaimCount)
            || !cursor.TryReadKey(AudienceClaim) || !cursor.TryReadText(out var audience)
            || !RegionCode.TryParse(audience, out var region)
            || !cursor.TryReadKey(ExpiresClaim) || !cursor.TryReadUInt32(out var expires)
            || !cursor.TryReadKey(NotBeforeClaim) || !cursor.TryReadUInt32(out var notBefore)
            || !cursor.TryReadNegativeKey(GrantClaimArgument) || !cursor.TryReadBytes(out var grant)
            || grant.Length != grantLength || !cursor.AtEnd)
        {
            return false;
        }

        token = new EmergencyToken(frame, form)
        {
            KeyId = keyId,
            Grant = new EmergencyGrant(
                region,
                notBefore,
                expires,
                BinaryPrimitives.ReadUInt64BigEndian(grant[TagsAt..]),
                BinaryPrimitives.ReadUInt16BigEndian(grant[SceneKindsAt..]),
                grant[StatusListAt],
                (int)(BinaryPrimitives.ReadUInt32BigEndian(grant[StatusListAt..]) & EmergencyGrant.StatusIndexMax)),
            HolderKey = grant[HolderKeyAt..],
        };
        return true;
    }
}
