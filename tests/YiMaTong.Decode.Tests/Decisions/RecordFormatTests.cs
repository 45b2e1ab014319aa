using Google.Protobuf;
using YiMaTong.Contracts.Audit.V1;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Decisions;

namespace YiMaTong.Decode.Tests.Decisions;

public sealed class RecordFormatTests
{
    private static readonly Guid Journal = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    [Fact]
    public void Write_ADecision_IsFrozen()
    {
        var entry = new DecisionEntry
        {
            DecisionId = new UInt128(0x0102030405060708, 0x090a0b0c0d0e0f10),
            AtMs = 0x1111111111,
            Handle = 0x2222222222222222,
            Tags = 0x3333333333333333,
            DataRevision = 0x44,
            Place = new("m1", "门", ""),
            Told = 2007,
            Cause = 2009,
            Decision = Decision.Deny,
            CodeType = 3,
            Fields = 5,
        };

        Assert.Equal(
            "5CD14000AD845C2507000000000000000101020304050607"
            + "08090A0B0C0D0E0F101111111111000000222222222222222233333333333333334400000000000000D707D9070203"
            + "05026D3103E997A800",
            Hex(record => RecordFormat.Write(record, RecordFormat.SeedOf(Journal), 7, entry)));
    }

    [Fact]
    public void Write_ALoss_IsFrozen() => Assert.Equal(
        "5CD11900F2B465F1080000000000000002030000000000000004000000000000000500000000000000",
        Hex(record => RecordFormat.Write(record, RecordFormat.SeedOf(Journal), 8, new Loss(3, 4, 5))));

    [Fact]
    public void Write_TextsThatAreTooLong_AreCutAtACharacter()
    {
        var entry = TestJournal.Entry(1) with { Place = new(new string('门', 200), new string('x', 300), "scene-1") };
        var record = new byte[RecordFormat.LengthMax];
        var length = RecordFormat.Write(record, 1, 1, entry);

        Assert.Equal(length, TestJournal.Read(record, out var read));
        Assert.Equal(new string('门', 85), read.MerchantId);
        Assert.Equal(new string('x', 255), read.MacId);
        Assert.Equal("scene-1", read.SceneId);
    }

    [Fact]
    public void Read_WithoutADecision_HasNoId()
    {
        var record = new byte[RecordFormat.LengthMax];
        _ = RecordFormat.Write(record, 1, 1, TestJournal.Entry(1) with { DecisionId = 0 });

        Assert.NotEqual(0, TestJournal.Read(record, out var read));
        Assert.True(read.DecisionId.IsEmpty);
    }

    [Fact]
    public void Read_ADecision_IsTheMessageFieldByField()
    {
        var entry = TestJournal.Entry(1) with
        {
            DecisionId = UInt128.MaxValue,
            AtMs = -1,
            DataRevision = ulong.MaxValue,
        };
        var record = new byte[RecordFormat.LengthMax];
        _ = RecordFormat.Write(record, 1, 1, entry);

        Assert.NotEqual(0, TestJournal.Read(record, out var read));
        Assert.Equal(
            new DecisionRecord
            {
                AtMs = -1,
                DecisionId = ByteString.CopyFrom(Enumerable.Repeat((byte)255, 16).ToArray()),
                MerchantId = entry.Place.MerchantId,
                MacId = entry.Place.MacId,
                SceneId = entry.Place.SceneId,
                SubjectHandle = entry.Handle,
                Told = entry.Told,
                Cause = entry.Cause,
                Decision = entry.Decision,
                CodeType = entry.CodeType,
                Tags = entry.Tags,
                Fields = entry.Fields,
                DataRevision = ulong.MaxValue,
            },
            read);
    }

    [Fact]
    public void Read_ALoss_IsTheMessageFieldByField()
    {
        var record = new byte[RecordFormat.LengthMax];
        _ = RecordFormat.Write(record, 1, 8, new Loss(3, 4, 5));

        Assert.NotEqual(0, TestJournal.Read(record, out var read));
        Assert.Equal(new DecisionRecord { AtMs = 5, Lost = new() { Count = 3, FromMs = 4, ToMs = 5 } }, read);
    }

    private delegate int Writer(Span<byte> record);

    private static string Hex(Writer write)
    {
        var record = new byte[RecordFormat.LengthMax];
        return Convert.ToHexString(record.AsSpan(0, write(record)));
    }
}
