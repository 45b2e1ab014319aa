using YiMaTong.Codes.Emergency.Cose;
using YiMaTong.Codes.Emergency.Issuing;

namespace YiMaTong.Codes.Emergency.Trust;

/// <summary>
/// An operator's word that emergency codes are in force: where, for which kinds of scene, from when to when. A later
/// revision of the same id replaces it, to end it early among other things.
/// </summary>
/// <param name="Id">128 bits, drawn once.</param>
/// <param name="Revision">From 1 on.</param>
/// <param name="IssuedAt">Second of the Unix epoch at which it was signed.</param>
/// <param name="Region">Where.</param>
/// <param name="SceneKinds">For which kinds of scene: bit 0 is Annex A's letter a.</param>
/// <param name="Start">Second of the Unix epoch from which it is in force.</param>
/// <param name="End">Second of the Unix epoch from which it is in force no more; from the start on.</param>
public sealed record EmergencyDeclaration(
    Guid Id, uint Revision, uint IssuedAt, RegionCode Region, ushort SceneKinds, uint Start, uint End)
{
    private const int IdLength = 16;

    /// <summary>Where it stands at a place and time.</summary>
    /// <param name="place">Where the gate stands.</param>
    /// <param name="sceneKind">Kind of its scene, 0 to 10.</param>
    /// <param name="now">Second of the Unix epoch by its clock.</param>
    /// <param name="skewSeconds">Tolerated difference of clocks in seconds.</param>
    public DeclarationStanding StandingAt(RegionCode place, int sceneKind, uint now, int skewSeconds)
    {
        if (!Region.Covers(place))
        {
            return DeclarationStanding.AnotherRegion;
        }

        if ((uint)sceneKind >= EmergencyGrant.SceneKindCount || (SceneKinds >> sceneKind & 1) == 0)
        {
            return DeclarationStanding.AnotherScene;
        }

        // One that is ended before it begins has no moment at all, whatever the skew.
        return Start == End || (long)now - skewSeconds >= End ? DeclarationStanding.Over
            : (long)now + skewSeconds < Start ? DeclarationStanding.NotYet : DeclarationStanding.InForce;
    }

    /// <summary>Signs it.</summary>
    /// <param name="signer">A signer whose key is for declarations.</param>
    /// <exception cref="InvalidOperationException">It has no region or revision, or ends before it starts.</exception>
    public byte[] Write(IEmergencySigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (Revision == 0 || Region.Value == 0 || End < Start)
        {
            throw new InvalidOperationException("A declaration has a region and a revision, and ends after its start.");
        }

        var payload = new CborBuilder().Map(7).Number(1).Bytes(Id.ToByteArray(bigEndian: true))
            .Number(2).Number(Revision).Number(3).Number(IssuedAt).Number(4).Text(Region.ToString())
            .Number(5).Number(SceneKinds).Number(6).Number(Start).Number(7).Number(End).ToArray();
        return SignedDocument.Write(DocumentKind.Declaration, payload, signer);
    }

    internal static bool TryRead(ReadOnlySpan<byte> payload, out EmergencyDeclaration? declaration)
    {
        declaration = null;
        var cursor = new CborCursor(payload);
        if (!cursor.TryReadMap(7)
            || !cursor.TryReadKey(1) || !cursor.TryReadBytes(out var id) || id.Length != IdLength
            || !cursor.TryReadKey(2) || !cursor.TryReadUInt32(out var revision) || revision == 0
            || !cursor.TryReadKey(3) || !cursor.TryReadUInt32(out var issuedAt)
            || !cursor.TryReadKey(4) || !cursor.TryReadText(out var text) || !RegionCode.TryParse(text, out var region)
            || !cursor.TryReadKey(5) || !cursor.TryReadUnsigned(ushort.MaxValue, out var sceneKinds)
            || !cursor.TryReadKey(6) || !cursor.TryReadUInt32(out var start)
            || !cursor.TryReadKey(7) || !cursor.TryReadUInt32(out var end) || end < start || !cursor.AtEnd)
        {
            return false;
        }

        declaration = new EmergencyDeclaration(
            new Guid(id, bigEndian: true), revision, issuedAt, region, (ushort)sceneKinds, start, end);
        return true;
    }
}
