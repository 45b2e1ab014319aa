using CsCheck;
using Google.Protobuf;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Storage;
using YiMaTong.Gate.Trust;

namespace YiMaTong.Gate.Tests;

public sealed class TrustStoreTests : IDisposable
{
    private readonly GateWorld _world = new();
    private readonly GateAlarms _alarms;

    public TrustStoreTests() => _alarms = new GateAlarms(_world.Clock);

    private TrustWorld Trust => _world.Trust;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Apply_Everything_IsThereAfterARestart()
    {
        _world.Synchronise(Trust.Declaration());

        var held = _world.Store(_alarms).Held();

        Assert.Equal((1ul, 1ul), (held.KeySetRevision, held.CatalogueRevision));
        Assert.Equal((1u, 1ul), (held.StatusLists.Single().List, held.StatusLists.Single().Revision));
        var id = TrustWorld.DeclarationId.ToByteArray(bigEndian: true);
        Assert.Equal(id, held.Declarations.Single().Id.ToByteArray());
        Assert.Empty(_alarms.Standing);
    }

    [Fact]
    public void Apply_OlderDocuments_AreRefusedAndNothingChanges()
    {
        var store = _world.Store(_alarms);
        store.Apply(Trust.Update(Trust.Declaration(3)));
        store.Apply(Keys(Trust.KeySet(5)));
        store.Apply(Lists(Trust.Whole(Trust.List(4, 7))));
        var before = store.Held();

        foreach (var older in new[] { Keys(Trust.KeySet(4)), Lists(Trust.Whole(Trust.List(3))), Declared(2) })
        {
            store.Apply(older);
            Assert.Equal(before, store.Held());
            Assert.Contains("RolledBack", _alarms.Standing.Single().Text, StringComparison.Ordinal);
        }

        Assert.Equal(EmergencyStatus.Revoked, Verify(store, Trust.Static(7)));
        Assert.Equal(EmergencyStatus.Revoked, Verify(_world.Store(), Trust.Static(7)));
    }

    [Fact]
    public void Apply_ForgedDocuments_AreRefused()
    {
        _world.Synchronise();
        var store = _world.Store(_alarms);
        var before = store.Held();
        using var stranger = EcdsaSigner.Create();
        TrustUpdate[] forged =
        [
            Keys(Trust.KeySet(9, root: stranger)), Keys(Trust.KeySet(9, root: Trust.NextRoot)),
            Lists(Trust.Whole(Trust.List(9), stranger)), Lists(Trust.Whole(Trust.List(9), Trust.Issuer)),
            new() { Declarations = { ByteString.CopyFrom(Trust.Declaration(9, signer: Trust.Issuer)) } },
            Lists([]), Lists(Trust.Declaration()), Keys(Trust.Whole(Trust.List(9))),
        ];
        Assert.All(forged, update => store.Apply(update));

        Assert.Equal(before, store.Held());
        Assert.True(_alarms.Stands(GateAlarm.DocumentRefused));
    }

    [Fact]
    public void Apply_ForgedCatalogue_ChangesNoTextOnTheScreen()
    {
        _world.Synchronise();
        var store = _world.Store(_alarms);
        byte[] altered = Trust.Catalogue(2, "副市长");
        altered[^70] ^= 1;
        byte[][] forged =
        [
            Trust.Catalogue(2, "副市长", Trust.Issuer), Trust.Catalogue(2, "副市长", TrustWorld.Stranger()), altered, [7],
        ];

        foreach (var document in forged)
        {
            store.Apply(Tags(document));
            Assert.Equal("人才", store.Current.TagsOf(0b100).Single().Text);
        }

        Assert.True(_alarms.Stands(GateAlarm.DocumentRefused));
        store.Apply(Tags(Trust.Catalogue(2, "学生")));
        Assert.Equal("学生", store.Current.TagsOf(0b100).Single().Text);
        Assert.Empty(_alarms.Standing);
        store.Apply(Tags(Trust.Catalogue()));
        Assert.Equal("学生", store.Current.TagsOf(0b100).Single().Text);
        Assert.Contains("RolledBack", _alarms.Standing.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CatalogueThatNobodySigned_IsNotShown()
    {
        _world.Synchronise();
        var file = Path.Combine(_world.TrustFolder, "tag-catalogue.doc");
        DocumentFile.Write(file, [Trust.Catalogue(2, "副市长", TrustWorld.Stranger())]);

        // Whoever writes to the disk shows no other right than the code grants; the file before counts.
        Assert.Equal("人才", _world.Store(_alarms).Current.TagsOf(0b100).Single().Text);
        Assert.True(_alarms.Stands(GateAlarm.TrustFileDamaged));
    }

    [Fact]
    public void Apply_DeltaOfAnotherBase_AsksForTheWholeList()
    {
        var store = _world.Store(_alarms);
        store.Apply(Trust.Update());
        Assert.False(store.Apply(Lists(Trust.Delta(Trust.List(1), Trust.List(2, 5)))));
        Assert.Equal(EmergencyStatus.Revoked, Verify(store, Trust.Static(5)));

        Assert.True(store.Apply(Lists(Trust.Delta(Trust.List(3), Trust.List(4, 5, 6)))));

        Assert.Empty(store.Held().StatusLists);
        Assert.Equal(EmergencyStatus.Revoked, Verify(store, Trust.Static(5)));
        Assert.False(store.Apply(Lists(Trust.Whole(Trust.List(4, 5, 6)))));
        Assert.Equal(4ul, store.Held().StatusLists.Single().Revision);
        Assert.Equal(EmergencyStatus.Revoked, Verify(_world.Store(), Trust.Static(6)));
    }

    [Fact]
    public void Apply_ManyDeltas_AreReplacedByTheWholeList()
    {
        var store = _world.Store(_alarms);
        store.Apply(Trust.Update());
        var askedAt = 0u;
        for (var revision = 2u; revision <= 70; revision++)
        {
            var asks = store.Apply(Lists(Trust.Delta(
                Trust.List(revision - 1, [.. Enumerable.Range(1, (int)revision - 2)]),
                Trust.List(revision, [.. Enumerable.Range(1, (int)revision - 1)]))));
            askedAt = asks && askedAt == 0 ? revision : askedAt;
        }

        // Issuing goes on with deltas for as long as the stream is open, so the whole list needs another stream.
        Assert.Equal(65u, askedAt);
        Assert.Empty(store.Held().StatusLists);
        store.Apply(Lists(Trust.Whole(Trust.List(70, [.. Enumerable.Range(1, 69)]))));

        Assert.Equal(70ul, store.Held().StatusLists.Single().Revision);
        Assert.Single(DocumentFile.Read(Path.Combine(_world.TrustFolder, "list-001.doc"))!);
        Assert.Equal(EmergencyStatus.Revoked, Verify(_world.Store(), Trust.Static(69)));
    }

    [Fact]
    public void Apply_KeyOfDocumentsIsRevoked_WhatItSignedIsVoid()
    {
        var store = _world.Store(_alarms);
        store.Apply(Trust.Update(Trust.Declaration()));

        Assert.True(store.Apply(Keys(Trust.KeySet(2, revoked: Trust.Documents))));

        Assert.Empty(store.Held().Declarations);
        Assert.Empty(store.Held().StatusLists);
        Assert.Equal((0ul, ""), (store.Held().CatalogueRevision, store.Current.TagsOf(1).Single().Text));
        var restarted = _world.Store(_alarms);
        Assert.Equal((0ul, 2ul), (restarted.Held().CatalogueRevision, restarted.Held().KeySetRevision));
        Assert.Empty(_alarms.Standing);
        Assert.Equal(EmergencyStatus.StatusUnknown, Verify(store, Trust.Static(5)));
        store.Apply(Lists(Trust.Whole(Trust.List(2), Trust.OtherDocuments)));
        Assert.Equal(EmergencyStatus.Valid, Verify(store, Trust.Static(5)));
    }

    [Fact]
    public void Apply_NextRootDuringTheOverlap_IsTaken()
    {
        _world.Synchronise();
        var roots = RootKeys.Read([Trust.RootPem, Trust.NextRootPem]);
        var store = new TrustStore(
            _world.TrustFolder, roots, new EmergencyPolicy { Region = new(330106) }, _alarms, _world.Clock);

        store.Apply(Keys(Trust.KeySet(2, root: Trust.NextRoot)));

        Assert.Equal(2ul, store.Held().KeySetRevision);
        Assert.Empty(_alarms.Standing);
    }

    [Fact]
    public void Open_FileDamagedAnywhere_TakesTheOneBeforeWithAnAlarm()
    {
        _world.Synchronise(Trust.Declaration());
        _world.Store().Apply(Lists(Trust.Whole(Trust.List(2, 5))));
        var file = Path.Combine(_world.TrustFolder, "list-001.doc");
        var bytes = File.ReadAllBytes(file);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[0, 255]).Sample(
            (at, flip) =>
            {
                var damaged = bytes.ToArray();
                damaged[at] ^= (byte)flip;
                File.WriteAllBytes(file, flip == 0 ? bytes[..at] : damaged);
                var alarms = new GateAlarms(_world.Clock);
                Assert.Equal(1ul, _world.Store(alarms).Held().StatusLists.Single().Revision);
                Assert.Equal(GateAlarm.TrustFileDamaged, Assert.Single(alarms.Standing).Alarm);
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public void Open_OneFileAndTheOneBeforeAreDamaged_TheOthersCount()
    {
        _world.Synchronise(Trust.Declaration());
        foreach (var file in Directory.EnumerateFiles(_world.TrustFolder, "declarations*"))
        {
            File.WriteAllText(file, "damaged");
        }

        var store = _world.Store(_alarms);

        Assert.Empty(store.Held().Declarations);
        Assert.Equal(EmergencyStatus.Valid, Verify(store, Trust.Static(5)));
        Assert.True(_alarms.Stands(GateAlarm.TrustFileDamaged));

        // Issuing's next word has what is left written anew.
        store.Apply(Trust.Update(Trust.Declaration()));
        Assert.Empty(_alarms.Standing);
        Assert.Single(_world.Store(_alarms).Held().Declarations);
        Assert.Empty(_alarms.Standing);
    }

    [Fact]
    public void Apply_NewestFileIsDamaged_IsWrittenAnewAndTheOneBeforeStays()
    {
        _world.Synchronise();
        _world.Store().Apply(Lists(Trust.Whole(Trust.List(2, 5))));
        var file = Path.Combine(_world.TrustFolder, "list-001.doc");
        File.WriteAllText(file, "damaged");
        var store = _world.Store(_alarms);
        Assert.True(_alarms.Stands(GateAlarm.TrustFileDamaged));

        store.Apply(new TrustUpdate { ServerTimeMs = GateWorld.Start.ToUnixTimeMilliseconds() });

        Assert.Empty(_alarms.Standing);
        Assert.Equal("damaged", File.ReadAllText(file + ".damaged"));
        Assert.Equal(1ul, _world.Store(_alarms).Held().StatusLists.Single().Revision);
        Assert.NotNull(DocumentFile.Read(file + DocumentFile.PreviousSuffix));
        Assert.Empty(_alarms.Standing);
    }

    [Fact]
    public void Open_FileOfAnotherRoot_IsNotBelieved()
    {
        _world.Synchronise();
        using var stranger = EcdsaSigner.Create();
        DocumentFile.Write(Path.Combine(_world.TrustFolder, "key-set.doc"), [Trust.KeySet(9, root: stranger)]);

        // Whoever writes to the disk can put an old file there, but none that nobody signed.
        Assert.Equal(1ul, _world.Store(_alarms).Held().KeySetRevision);
        Assert.True(_alarms.Stands(GateAlarm.TrustFileDamaged));
    }

    [Fact]
    public void Apply_DiskRefuses_CountsAndIsWrittenLater()
    {
        _world.Synchronise();
        var store = _world.Store(_alarms);
        var blocked = Directory.CreateDirectory(Path.Combine(_world.TrustFolder, "list-001.doc.new"));

        store.Apply(Lists(Trust.Whole(Trust.List(2, 5))));

        Assert.Equal(EmergencyStatus.Revoked, Verify(store, Trust.Static(5)));
        Assert.True(_alarms.Stands(GateAlarm.TrustNotStored));
        blocked.Delete();
        store.Apply(new TrustUpdate());
        Assert.False(_alarms.Stands(GateAlarm.TrustNotStored));
        Assert.Equal(2ul, _world.Store().Held().StatusLists.Single().Revision);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public void Apply_ClockWrongByHours_ShowsAndDocumentsAreTaken(int hours)
    {
        _world.Clock.AdjustTime(GateWorld.Start.AddHours(hours));
        var store = _world.Store(_alarms);

        store.Apply(Trust.Update(Trust.Declaration()));

        Assert.Equal(-hours, store.Clock.OffsetMs / 3_600_000);
        Assert.True(_alarms.Stands(GateAlarm.ClockWrong));
        Assert.Equal((1ul, 1), (store.Held().KeySetRevision, store.Held().Declarations.Count));
        _world.Clock.AdjustTime(GateWorld.Start);
        store.Apply(new TrustUpdate { ServerTimeMs = GateWorld.Start.ToUnixTimeMilliseconds() });
        Assert.False(_alarms.Stands(GateAlarm.ClockWrong));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(253_402_300_800_000)]
    [InlineData(-1)]
    public void Apply_TimeThatIsNone_SaysNothingOfTheClock(long serverTimeMs)
    {
        var store = _world.Store(_alarms);

        store.Apply(new TrustUpdate(Trust.Update()) { ServerTimeMs = serverTimeMs });

        Assert.Equal((0, 1ul), (store.Clock.OffsetMs, store.Held().KeySetRevision));
        Assert.Empty(_alarms.Standing);
    }

    [Fact]
    public void Open_ClockIsBehindTheLastWord_TheAgeIsNotKnown()
    {
        _world.Synchronise();
        _world.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(TimeSpan.FromHours(2), _world.Store().Clock.Age);

        _world.Clock.AdjustTime(GateWorld.Start.AddSeconds(-20));
        Assert.Equal(TimeSpan.Zero, _world.Store().Clock.Age);
        _world.Clock.AdjustTime(GateWorld.Start.AddHours(-2));
        Assert.Null(_world.Store().Clock.Age);
    }

    // Whoever holds the line may go on saying that there is no news; how old the lists are their signatures tell.
    [Fact]
    public void Apply_WordsWithoutAnyNewSignature_MakeNothingYounger()
    {
        var store = _world.Store(_alarms);
        store.Apply(Trust.Update());
        for (var hour = 1; hour <= 5; hour++)
        {
            _world.Clock.Advance(TimeSpan.FromHours(1));
            store.Apply(new TrustUpdate { ServerTimeMs = _world.Clock.GetUtcNow().ToUnixTimeMilliseconds() });
            Assert.Equal(TimeSpan.Zero, store.Clock.Age);
            Assert.Equal(TimeSpan.FromHours(hour - 1), store.Age);
        }
    }

    [Fact]
    public void Apply_MoreDeclarationsThanAreHeld_ForgetsThoseThatAreLongOver()
    {
        var store = _world.Store(_alarms);
        store.Apply(Trust.Update());
        var first = new TrustUpdate { ServerTimeMs = Trust.Now * 1000L };
        first.Declarations.AddRange(Enumerable.Range(0, 256).Select(Ended));
        store.Apply(first);
        Assert.Equal(256, store.Held().Declarations.Count);

        store.Apply(new TrustUpdate
        {
            ServerTimeMs = (Trust.Now + 8 * 86_400L) * 1000,
            Declarations = { ByteString.CopyFrom(Trust.Declaration()) },
        });

        Assert.Equal(TrustWorld.DeclarationId, Assert.Single(store.Current.Declarations.All).Id);
        Assert.False(_alarms.Stands(GateAlarm.DocumentRefused));

        ByteString Ended(int number) => ByteString.CopyFrom(new EmergencyDeclaration(
            new Guid(number + 1, 0, 0, new byte[8]), 1, Trust.Now, new RegionCode(330100), 1, Trust.Now, Trust.Now)
            .Write(Trust.Documents));
    }

    [Fact]
    public void Open_StrangeFilesInTheFolder_AreLeftAlone()
    {
        _world.Synchronise();
        foreach (var name in new[] { "list-1.doc", "list-.doc", "list-256.doc", "list-001.doc.orig", "list-abc.doc" })
        {
            File.WriteAllText(Path.Combine(_world.TrustFolder, name), "strange");
        }

        Assert.Equal(1ul, _world.Store(_alarms).Held().StatusLists.Single().Revision);
        Assert.Empty(_alarms.Standing);
    }

    private EmergencyStatus Verify(TrustStore store, string code) =>
        store.Current.Verifier.Verify(code, Trust.Now, 0, out _);

    private static TrustUpdate Keys(byte[] document) => new() { KeySet = ByteString.CopyFrom(document) };

    private static TrustUpdate Lists(byte[] document) => new() { StatusLists = { ByteString.CopyFrom(document) } };

    private static TrustUpdate Tags(byte[] document) => new() { Catalogue = ByteString.CopyFrom(document) };

    private TrustUpdate Declared(uint revision) =>
        new() { Declarations = { ByteString.CopyFrom(Trust.Declaration(revision)) } };
}
