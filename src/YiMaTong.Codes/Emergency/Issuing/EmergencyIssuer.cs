using System.Buffers.Binary;
using YiMaTong.Codes.Emergency.Cose;
using YiMaTong.Codes.Emergency.Curve;
using YiMaTong.Codes.Text;
using static YiMaTong.Codes.Emergency.EmergencyCodeLayout;

namespace YiMaTong.Codes.Emergency.Issuing;

/// <summary>
/// Issues emergency codes under one key. Who may have one, how many, and at which place of the status list is for the
/// caller to know. Thread-safe.
/// </summary>
public sealed class EmergencyIssuer
{
    private readonly IEmergencySigner _signer;
    private readonly EmergencyLimits _limits;
    private readonly byte[] _headers;

    /// <summary>Puts an issuer together.</summary>
    /// <param name="signer">Signs; its key is for codes.</param>
    /// <param name="limits">What is given at most.</param>
    public EmergencyIssuer(IEmergencySigner signer, EmergencyLimits limits)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(limits);
        (_signer, _limits) = (signer, limits);
        _headers = new CborBuilder().Map(HeaderCount).Number(1).Integer(-7).Number(4).Bytes(signer.KeyId.ToBytes())
            .ToArray();
    }

    /// <summary>Issues a code for paper or SMS.</summary>
    /// <param name="grant">What it grants.</param>
    /// <returns>The text: 186 characters at most.</returns>
    /// <exception cref="ArgumentException">The grant is malformed, or more than a static code may have.</exception>
    public string IssueStatic(in EmergencyGrant grant)
    {
        Check(grant, _limits.StaticLifeSecondsMax);
        if ((grant.Tags & ~_limits.StaticTags) != 0 || (grant.SceneKinds & ~_limits.StaticSceneKinds) != 0)
        {
            throw new ArgumentException("A static code has fewer rights than asked for.", nameof(grant));
        }

        return ToText(CoseSigner.Sign(_headers, StaticContext, Claims(grant, []), _signer, tagged: true));
    }

    /// <summary>Issues a token that a phone keeps and shows with its own signature.</summary>
    /// <param name="grant">What it grants.</param>
    /// <param name="holderKey">The phone's public key: 33 bytes (SEC 1, compressed).</param>
    /// <returns>155 bytes at most, for <see cref="HolderProof"/>.</returns>
    /// <exception cref="ArgumentException">
    /// The grant is malformed, or lives longer than it may, or the key is no point of the curve.
    /// </exception>
    public byte[] IssueHolderBound(in EmergencyGrant grant, ReadOnlySpan<byte> holderKey)
    {
        Check(grant, _limits.HolderBoundLifeSecondsMax);
        Span<byte> y = stackalloc byte[P256Point.CoordinateLength];
        return P256Point.TryDecompress(holderKey, y)
            ? CoseSigner.Sign(_headers, HolderBoundContext, Claims(grant, holderKey), _signer, tagged: false)
            : throw new ArgumentException("The holder's key is no point of P-256.", nameof(holderKey));
    }

    internal static string ToText(ReadOnlySpan<byte> code)
    {
        var text = new char[Prefix.Length + Base45.EncodedLength(code.Length)];
        Prefix.CopyTo(text);
        Base45.TryEncode(code, text.AsSpan(Prefix.Length), out _);
        return new string(text);
    }

    internal static byte[] Claims(in EmergencyGrant grant, ReadOnlySpan<byte> holderKey)
    {
        Span<byte> packed = stackalloc byte[HolderGrantLength];
        BinaryPrimitives.WriteUInt64BigEndian(packed[TagsAt..], grant.Tags);
        BinaryPrimitives.WriteUInt16BigEndian(packed[SceneKindsAt..], grant.SceneKinds);
        BinaryPrimitives.WriteUInt32BigEndian(
            packed[StatusListAt..], (uint)grant.StatusList << 24 | (uint)grant.StatusIndex);
        holderKey.CopyTo(packed[HolderKeyAt..]);
        return new CborBuilder().Map(ClaimCount).Number(AudienceClaim).Text(grant.Region.ToString())
            .Number(ExpiresClaim).Number(grant.Expires).Number(NotBeforeClaim).Number(grant.NotBefore)
            .Integer(-65_537).Bytes(packed[..(StaticGrantLength + holderKey.Length)]).ToArray();
    }

    private static void Check(in EmergencyGrant grant, int lifeSecondsMax)
    {
        if (grant.Region.Value == 0 || grant.StatusIndex is < 0 or > EmergencyGrant.StatusIndexMax
            || grant.SceneKinds >> EmergencyGrant.SceneKindCount != 0)
        {
            throw new ArgumentException("The grant's region, status index or scene kinds are no such.", nameof(grant));
        }

        if (grant.Expires <= grant.NotBefore || grant.Expires - grant.NotBefore > (uint)lifeSecondsMax)
        {
            throw new ArgumentException($"The grant lives 1 to {lifeSecondsMax} seconds.", nameof(grant));
        }
    }
}
