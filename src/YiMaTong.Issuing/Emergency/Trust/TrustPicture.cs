using System.Collections.Immutable;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Issuing.Emergency;

/// <summary>A declaration as it is published.</summary>
internal sealed record PublishedDeclaration(EmergencyDeclaration Declaration, byte[] Document);

/// <summary>Everything that gates verify with, at one moment. Immutable.</summary>
internal sealed record TrustPicture
{
    public static TrustPicture Empty { get; } = new();

    public EmergencyKeySet KeySet { get; init; } = EmergencyKeySet.Empty;

    public byte[] KeySetDocument { get; init; } = [];

    public ImmutableSortedDictionary<byte, PublishedList> Lists { get; init; } =
        ImmutableSortedDictionary<byte, PublishedList>.Empty;

    public ImmutableArray<PublishedDeclaration> Declarations { get; init; } = [];

    public TagCatalogue Catalogue { get; init; } = TagCatalogue.Empty;

    public byte[] CatalogueDocument { get; init; } = [];
}
