using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Cose;
using YiMaTong.Codes.Emergency.Trust;
using static YiMaTong.Codes.Tests.Emergency.EmergencyWorld;

namespace YiMaTong.Codes.Tests.Emergency;

/// <summary>Key sets, status lists and declarations: what is taken in, and what is held against it.</summary>
public sealed class TrustTests
{
    private static readonly EmergencyWorld _world = Instance;
    private static readonly EmergencyPublicKey[] _roots = [_world.Root.PublicKey];

    [Fact]
    public void KeySet_Written_ReadsBack()
    {
        var written = _world.Entries();
        Assert.Equal((7u, Now, 4), (_world.Keys.Revision, _world.Keys.IssuedAt, _world.Keys.Keys.Count));
        foreach (var (key, read) in written.Zip(_world.Keys.Keys))
        {
            Assert.Equal(key.PublicKey.Id, read.PublicKey.Id);
            Assert.Equal(
                (key.NotBefore, key.NotAfter, key.Uses, key.Revoked),
                (read.NotBefore, read.NotAfter, read.Uses, read.Revoked));
        }
    }

    [Fact]
    public void KeySet_OlderRevision_IsRolledBack()
    {
        var older = EmergencyKeySet.Write(6, Now + 1, _world.Entries(), _world.Root);
        Assert.Equal(DocumentStatus.RolledBack, _world.Keys.Accept(older, _roots, out var kept));
        Assert.Same(_world.Keys, kept);
        Assert.Equal(DocumentStatus.Unchanged, _world.Keys.Accept(_world.KeySetDocument, _roots, out _));
        var other = EmergencyKeySet.Write(7, Now, _world.Entries()[..1], _world.Root);
        Assert.Equal(DocumentStatus.Conflicting, _world.Keys.Accept(other, _roots, out _));
        Assert.Equal("PY2011", EmergencyReturns.Of(DocumentStatus.RolledBack).Code);
    }

    [Fact]
    public void KeySet_RevokesAKey_ItsCodesAreRefused()
    {
        EmergencyKey[] entries = [new(_world.Issuer.PublicKey, KeyFrom, KeyUntil, EmergencyKeyUses.Codes, true)];
        var document = EmergencyKeySet.Write(8, Now, entries, _world.Root);
        Assert.Equal(DocumentStatus.Accepted, _world.Keys.Accept(document, _roots, out var next));
        var verifier = new EmergencyVerifier(next, _world.Lists, new EmergencyPolicy { Region = Gate });
        Assert.Equal(EmergencyStatus.RevokedKey, verifier.Verify(_world.Static(), Now, SceneKind, out _));
    }

    [Fact]
    public void KeySet_ByAnotherRoot_IsRefused()
    {
        var stranger = EmergencyKeySet.Write(9, Now, _world.Entries(), _world.Stranger);
        Assert.Equal(DocumentStatus.UnknownKey, EmergencyKeySet.Empty.Accept(stranger, _roots, out _));
        var issuer = EmergencyKeySet.Write(9, Now, _world.Entries(), _world.Issuer);
        Assert.Equal(DocumentStatus.UnknownKey, _world.Keys.Accept(issuer, _roots, out _));
    }

    [Fact]
    public void KeySet_TwoKeysOfOneName_IsRefused()
    {
        var key = _world.Entries()[0];
        Assert.Throws<ArgumentException>(() => EmergencyKeySet.Write(9, Now, [key, key], _world.Root));
        var one = CoseSign1Of(EmergencyKeySet.Write(9, Now, [key], _world.Root));
        // map(3), 1: 9, 2: 1A and four bytes, 3, and then the array of keys.
        Assert.Equal(0x81, one[10]);
        byte[] two = [.. one[..10], 0x82, .. one[11..], .. one[11..]];
        var document = SignedDocument.Write(DocumentKind.KeySet, two, _world.Root);
        Assert.Equal(DocumentStatus.DuplicateKey, EmergencyKeySet.Empty.Accept(document, _roots, out _));
    }

    [Fact]
    public void Documents_OfAnotherKind_AreRefused()
    {
        var declaration = Declaration().Write(_world.Documents);
        Assert.Equal(DocumentStatus.AnotherKind, StatusLists.Empty.Accept(declaration, _world.Keys, out _));
        Assert.Equal(DocumentStatus.AnotherKind, EmergencyKeySet.Empty.Accept(_world.ListDocument, _roots, out _));
        Assert.Equal(
            DocumentStatus.AnotherKind, EmergencyDeclarations.Empty.Accept(_world.ListDocument, _world.Keys, out _));
        Assert.Equal(
            DocumentStatus.AnotherKind,
            EmergencyDeclarations.Empty.Accept(BytesOf(_world.Static()), _world.Keys, out _));
    }

    [Fact]
    public void StatusList_OlderRevision_IsRolledBack()
    {
        var older = StatusLists.Write(new StatusList(1, 2, Now, 5000, new byte[625]), _world.Documents);
        Assert.Equal(DocumentStatus.RolledBack, _world.Lists.Accept(older, _world.Keys, out var kept));
        Assert.Equal(TokenStanding.Revoked, kept.Read(1, RevokedIndex));
        Assert.Equal(DocumentStatus.Unchanged, _world.Lists.Accept(_world.ListDocument, _world.Keys, out _));
        var other = StatusLists.Write(new StatusList(1, 3, Now, 5000, new byte[625]), _world.Documents);
        Assert.Equal(DocumentStatus.Conflicting, _world.Lists.Accept(other, _world.Keys, out _));
    }

    [Fact]
    public void StatusList_ByAnIssuerOfCodes_IsRefused()
    {
        var list = StatusLists.Write(new StatusList(1, 9, Now, 8, [0]), _world.Issuer);
        Assert.Equal(DocumentStatus.KeyNotForThis, _world.Lists.Accept(list, _world.Keys, out _));
        var early = StatusLists.Write(new StatusList(1, 9, KeyFrom - 1, 8, [0]), _world.Documents);
        Assert.Equal(DocumentStatus.KeyOutOfTime, _world.Lists.Accept(early, _world.Keys, out _));
    }

    [Fact]
    public void StatusDelta_FromTheListHeld_LeadsToTheNext()
    {
        var bits = new byte[700];
        _world.List.Bits.CopyTo(bits);
        bits[0] |= 1;
        bits[RevokedIndex / 8] = 0;
        bits[699] |= 0x80;
        var newer = new StatusList(1, 5, Now + 60, 5600, bits);
        var delta = StatusLists.WriteDelta(_world.List, newer, _world.Documents);

        Assert.Equal(DocumentStatus.Accepted, _world.Lists.AcceptDelta(delta, _world.Keys, out var next));
        Assert.Equal(
            (TokenStanding.Revoked, TokenStanding.Valid, TokenStanding.Revoked, TokenStanding.Unknown),
            (next.Read(1, 0), next.Read(1, RevokedIndex), next.Read(1, 5599), next.Read(1, 5600)));
        Assert.Equal(newer.Hash, next.Find(1)!.Hash);
        Assert.Equal(DocumentStatus.Unchanged, next.AcceptDelta(delta, _world.Keys, out _));
        Assert.Equal(DocumentStatus.AnotherBase, StatusLists.Empty.AcceptDelta(delta, _world.Keys, out _));
        Assert.Equal(DocumentStatus.RolledBack, next.Accept(_world.ListDocument, _world.Keys, out _));
    }

    [Fact]
    public void StatusList_MillionPlaces_StaysSmall()
    {
        var random = new Random(20_260_901);
        var bits = new byte[125_000];
        for (var i = 0; i < 1000; i++)
        {
            bits[random.Next(bits.Length)] |= (byte)(1 << random.Next(8));
        }

        var document = StatusLists.Write(new StatusList(2, 1, Now, 1_000_000, bits), _world.Documents);
        Assert.InRange(document.Length, 500, 5000);
        Assert.Equal(DocumentStatus.Accepted, StatusLists.Empty.Accept(document, _world.Keys, out var lists));
        Assert.Equal(bits, lists.Find(2)!.Bits);
    }

    [Fact]
    public void StatusList_UnfoldsBeyondItsSize_IsRefused()
    {
        foreach (var (size, length) in new[] { (8UL, 10_000_000), (16UL, 1), (12UL, 3), (0UL, 0), (1UL << 25, 1) })
        {
            var payload = new CborBuilder().Map(5).Number(1).Number(3).Number(2).Number(1).Number(3).Number(Now)
                .Number(4).Number(size).Number(5).Bytes(StatusList.Deflate(new byte[length])).ToArray();
            var document = SignedDocument.Write(DocumentKind.StatusList, payload, _world.Documents);
            Assert.Equal(DocumentStatus.Malformed, _world.Lists.Accept(document, _world.Keys, out _));
        }
    }

    [Theory]
    [InlineData(330106, 2, 0, DeclarationStanding.InForce)]
    [InlineData(330106, 2, -3630, DeclarationStanding.InForce)]
    [InlineData(330106, 2, -3631, DeclarationStanding.NotYet)]
    [InlineData(330106, 2, 3629, DeclarationStanding.InForce)]
    [InlineData(330106, 2, 3630, DeclarationStanding.Over)]
    [InlineData(330106, 1, 0, DeclarationStanding.AnotherScene)]
    [InlineData(330106, 40, 0, DeclarationStanding.AnotherScene)]
    [InlineData(330203, 2, 0, DeclarationStanding.AnotherRegion)]
    public void Declaration_AtPlaceAndTime_Stands(int place, int sceneKind, int seconds, DeclarationStanding expected)
    {
        var document = Declaration().Write(_world.Documents);
        Assert.Equal(
            DocumentStatus.Accepted, EmergencyDeclarations.Empty.Accept(document, _world.Keys, out var held));
        Assert.Equal(expected, held.StandingAt(new(place), sceneKind, (uint)(Now + seconds), 30));
        Assert.Equal(
            DeclarationStanding.NotDeclared,
            EmergencyDeclarations.Empty.StandingAt(new(place), sceneKind, (uint)(Now + seconds), 30));
    }

    [Fact]
    public void Declaration_EndedEarly_StaysEnded()
    {
        var first = Declaration().Write(_world.Documents);
        var end = (Declaration() with { Revision = 2, End = From }).Write(_world.Documents);
        EmergencyDeclarations.Empty.Accept(first, _world.Keys, out var held);
        Assert.Equal(DocumentStatus.Unchanged, held.Accept(first, _world.Keys, out _));
        Assert.Equal(DocumentStatus.Accepted, held.Accept(end, _world.Keys, out held));
        Assert.Equal(DocumentStatus.RolledBack, held.Accept(first, _world.Keys, out held));
        Assert.Equal(DeclarationStanding.Over, held.StandingAt(Gate, SceneKind, Now, 30));
        Assert.Empty(held.Without(From + 1).All);
    }

    [Fact]
    public void Declaration_ByAnIssuerOfCodes_IsRefused()
    {
        var document = Declaration().Write(_world.Issuer);
        Assert.Equal(
            DocumentStatus.KeyNotForThis, EmergencyDeclarations.Empty.Accept(document, _world.Keys, out _));
    }

    [Fact]
    public void TagCatalogue_Written_ReadsBack()
    {
        Assert.Equal(
            DocumentStatus.Accepted, TagCatalogue.Empty.Accept(_world.CatalogueDocument, _world.Keys, out var read));
        Assert.Equal((5u, Now, 71ul), (read.Revision, read.IssuedAt, read.RegistryRevision));
        Assert.True(read.Says(71, Catalogue.Tags));
        Assert.False(read.Says(70, Catalogue.Tags));
        Assert.False(read.Says(71, [Catalogue.Tags[0], Catalogue.Tags[1] with { Text = "退役军人" }]));
    }

    [Fact]
    public void TagCatalogue_Fullest_IsTakenIn()
    {
        var tags = Enumerable.Range(1, TagCatalogue.TagsMax).Select(
            number => new CatalogueTag(number, Repeat("𠮷", 32), Repeat("𠮷", 256), 255, 255)).ToList();
        var document = new TagCatalogue(6, Now, ulong.MaxValue, tags).Write(_world.Documents);
        Assert.Equal(DocumentStatus.Accepted, TagCatalogue.Empty.Accept(document, _world.Keys, out var read));
        Assert.Equal(tags, read.Tags);
        Assert.False((tags[0] with { Text = Repeat("𠮷", 33) }).IsValid);

        static string Repeat(string character, int count) => string.Concat(Enumerable.Repeat(character, count));
    }

    [Fact]
    public void TagCatalogue_OlderRevision_IsRolledBack()
    {
        Assert.Equal(
            DocumentStatus.Accepted, TagCatalogue.Empty.Accept(_world.CatalogueDocument, _world.Keys, out var held));
        Assert.Equal(DocumentStatus.Unchanged, held.Accept(_world.CatalogueDocument, _world.Keys, out _));
        var older = new TagCatalogue(4, Now + 1, 72, Catalogue.Tags).Write(_world.Documents);
        Assert.Equal(DocumentStatus.RolledBack, held.Accept(older, _world.Keys, out var kept));
        Assert.Same(held, kept);
        var other = new TagCatalogue(5, Now, 71, []).Write(_world.Documents);
        Assert.Equal(DocumentStatus.Conflicting, held.Accept(other, _world.Keys, out _));

        // A registry that was restored counts lower than before; the document is newer all the same.
        var restored = new TagCatalogue(6, Now, 12, []).Write(_world.Documents);
        Assert.Equal(DocumentStatus.Accepted, held.Accept(restored, _world.Keys, out _));
    }

    [Fact]
    public void TagCatalogue_ByAnotherKey_IsRefused()
    {
        Assert.Equal(
            DocumentStatus.KeyNotForThis,
            TagCatalogue.Empty.Accept(Catalogue.Write(_world.Issuer), _world.Keys, out _));
        Assert.Equal(
            DocumentStatus.UnknownKey,
            TagCatalogue.Empty.Accept(Catalogue.Write(_world.Stranger), _world.Keys, out _));
        var early = new TagCatalogue(6, KeyFrom - 1, 71, []).Write(_world.Documents);
        Assert.Equal(DocumentStatus.KeyOutOfTime, TagCatalogue.Empty.Accept(early, _world.Keys, out _));
        Assert.Equal(
            DocumentStatus.AnotherKind, TagCatalogue.Empty.Accept(_world.ListDocument, _world.Keys, out _));
    }

    [Fact]
    public void TagCatalogue_TagsBreakTheirLimits_IsRefused()
    {
        (int Number, byte[] Text, int Icon, ulong Color)[][] wrong =
        [
            [(0, [65], 0, 0)], [(65, [65], 0, 0)], [(1, [], 0, 0)], [(1, new byte[33], 0, 0)], [(1, [65], 257, 0)],
            [(1, [65], 0, 256)], [(1, [0xC3, 0x28], 0, 0)], [(2, [65], 0, 0), (1, [65], 0, 0)],
            [(1, [65], 0, 0), (1, [66], 0, 0)],
            [.. Enumerable.Range(1, 65).Select(number => (number, new byte[] { 65 }, 0, 0ul))],
        ];
        foreach (var tags in wrong)
        {
            Assert.Equal(DocumentStatus.Malformed, Offer(tags));
        }

        Assert.Equal(DocumentStatus.Accepted, Offer([(1, [65], 256, 255)]));
        Assert.Throws<ArgumentException>(() => new TagCatalogue(0, Now, 1, []));
        Assert.Throws<ArgumentException>(() => new TagCatalogue(1, Now, 1, [new(1, "", "", 0, 0)]));

        static DocumentStatus Offer((int Number, byte[] Text, int Icon, ulong Color)[] tags)
        {
            var payload = new CborBuilder().Map(4).Number(1).Number(6).Number(2).Number(Now).Number(3).Number(1)
                .Number(4).Array(tags.Length);
            foreach (var (number, text, icon, color) in tags)
            {
                // 0x60 is a text's head: the builder itself writes whole texts alone.
                payload.Array(5).Number((ulong)number).Raw(TextHead(text.Length)).Raw(text)
                    .Text(new string('i', icon)).Number(color).Number(0);
            }

            var document = SignedDocument.Write(DocumentKind.TagCatalogue, payload.ToArray(), _world.Documents);
            return TagCatalogue.Empty.Accept(document, _world.Keys, out _);
        }

        static byte[] TextHead(int length) => length < 24 ? [(byte)(0x60 | length)] : [0x78, (byte)length];
    }

    private static EmergencyDeclaration Declaration() =>
        new(new Guid("00112233-4455-6677-8899-aabbccddeeff"), 1, Now, Hangzhou, 0b100, From, Until);

    private static byte[] CoseSign1Of(byte[] document)
    {
        Assert.Equal(CoseReadStatus.Read, CoseSign1.Read(document, tagged: true, out var frame));
        return frame.Payload.ToArray();
    }
}
