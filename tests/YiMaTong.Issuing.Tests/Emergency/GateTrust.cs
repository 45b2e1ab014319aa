using System.Security.Cryptography;
using Google.Protobuf;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Issuing.Tests.Emergency;

/// <summary>What a gate does with the published documents: verify all, refuse what is not newer.</summary>
internal sealed class GateTrust
{
    private readonly EmergencyPublicKey _root;
    private EmergencyKeySet _keys = EmergencyKeySet.Empty;
    private StatusLists _lists = StatusLists.Empty;
    private EmergencyDeclarations _declarations = EmergencyDeclarations.Empty;
    private TagCatalogue _catalogue = TagCatalogue.Empty;

    public GateTrust(string rootPem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(rootPem);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        Assert.True(EmergencyPublicKey.TryCreate(point.X, point.Y, out var root));
        _root = root;
    }

    public EmergencyKeySet Keys => _keys;

    public StatusLists Lists => _lists;

    public EmergencyDeclarations Declarations => _declarations;

    public TagCatalogue Catalogue => _catalogue;

    public int Deltas { get; private set; }

    public HeldTrust Held()
    {
        var held = new HeldTrust { KeySetRevision = _keys.Revision, CatalogueRevision = Catalogue.Revision };
        for (var number = 0; number < 256; number++)
        {
            if (_lists.Find((byte)number) is { } list)
            {
                held.StatusLists.Add(new HeldStatusList { List = list.Number, Revision = list.Revision });
            }
        }

        held.Declarations.AddRange(_declarations.All.Select(declaration => new HeldDeclaration
        {
            Id = ByteString.CopyFrom(declaration.Id.ToByteArray(bigEndian: true)),
            Revision = declaration.Revision,
        }));
        return held;
    }

    /// <summary>Takes in an update; every document in it must be accepted.</summary>
    public void Take(TrustUpdate update)
    {
        if (!update.KeySet.IsEmpty)
        {
            Assert.Equal(DocumentStatus.Accepted, _keys.Accept(update.KeySet.Span, [_root], out _keys));
        }

        foreach (var document in update.StatusLists)
        {
            Assert.Equal(DocumentStatus.Accepted, Take(document.Span));
        }

        foreach (var document in update.Declarations)
        {
            Assert.Equal(
                DocumentStatus.Accepted, _declarations.Accept(document.Span, _keys, out _declarations));
        }

        if (!update.Catalogue.IsEmpty)
        {
            Assert.Equal(DocumentStatus.Accepted, _catalogue.Accept(update.Catalogue.Span, _keys, out _catalogue));
        }
    }

    public DocumentStatus Take(ReadOnlySpan<byte> list)
    {
        var status = _lists.Accept(list, _keys, out _lists);
        if (status != DocumentStatus.AnotherKind)
        {
            return status;
        }

        Deltas++;
        return _lists.AcceptDelta(list, _keys, out _lists);
    }

    public EmergencyStatus Verify(string text, uint now, out VerifiedEmergencyCode code, int sceneKind = 0) =>
        new EmergencyVerifier(_keys, _lists, new EmergencyPolicy { Region = new RegionCode(330102) })
            .Verify(text, now, sceneKind, out code);

    public EmergencyStatus Verify(string text, uint now, int sceneKind = 0) => Verify(text, now, out _, sceneKind);
}
