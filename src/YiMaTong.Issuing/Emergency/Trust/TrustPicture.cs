using System.Collections.Immutable;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Contracts.Common.V1;

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

    public ulong CatalogueRevision { get; init; }

    public ImmutableArray<Tag> Tags { get; init; } = [];
}
