using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Contracts.Common.V1;

namespace YiMaTong.Gate.Trust;

/// <summary>What a gate goes by at one moment. Immutable: each scan takes one and keeps it.</summary>
internal sealed record TrustState(
    EmergencyKeySet Keys,
    StatusLists Lists,
    EmergencyDeclarations Declarations,
    EmergencyVerifier Verifier,
    TagCatalogue Catalogue)
{
    /// <summary>Second of the Unix epoch at which the newest status list was signed; 0 where none is held.</summary>
    public uint SignedAt { get; } =
        Enumerable.Range(0, 256).Max(number => Lists.Find((byte)number)?.IssuedAt ?? 0);

    /// <summary>Tags of the catalogue by the bits of a grant; a number that the catalogue lacks has no text.</summary>
    public IReadOnlyList<Tag> TagsOf(ulong bits)
    {
        var tags = new List<Tag>();
        for (var no = 1; no <= 64; no++)
        {
            if ((bits >> (no - 1) & 1) != 0)
            {
                tags.Add(Shown(no));
            }
        }

        return tags;
    }

    private Tag Shown(int no) => Catalogue.Tags.FirstOrDefault(tag => tag.Number == no) is { } tag
        ? new Tag
        {
            No = no,
            Text = tag.Text,
            Icon = tag.Icon,
            BackgroundColor = tag.BackgroundColor,
            FontColor = tag.FontColor,
        }
        : new Tag { No = no };

    /// <summary>The declaration that is in force at a place and time, or null.</summary>
    public EmergencyDeclaration? InForce(RegionCode place, int sceneKind, uint now, int skewSeconds) =>
        Declarations.All.FirstOrDefault(one =>
            one.StandingAt(place, sceneKind, now, skewSeconds) == DeclarationStanding.InForce);
}
