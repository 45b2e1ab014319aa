using System.Text;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Collections;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Decode.Registry;

namespace YiMaTong.Decode.Tests;

/// <summary>
/// Our reader of requests beside Google's: they take and refuse the same bytes and read the same of them.
/// </summary>
public sealed class WireReadingTests
{
    private const int Rounds = 30_000;

    private static readonly Gen<string> Texts = Gen.Frequency(
        (4, Gen.String[Gen.Char.AlphaNumeric, 0, 80]), (1, Gen.String[0, 40]), (1, Gen.Const("")));

    private static readonly Gen<ByteString> Tokens = Gen.Byte.Array[0, 40].Select(ByteString.CopyFrom);

    private static readonly Gen<DecodeField[]> Fields = Gen.Frequency(
        (3, Gen.Int[0, 4]), (1, Gen.Int)).Select(n => (DecodeField)n).Array[0, 5];

    private static readonly Gen<DecodeRequest> Ones = Gen.Select(
        Tokens, Texts, Texts, Fields, Gen.ULong, (session, code, id, fields, revision) => new DecodeRequest
        {
            Session = session,
            Qrcode = code,
            ScanId = id,
            Fields = { fields },
            MinRevision = revision,
        });

    private static readonly Gen<DecodeBatchRequest> Many = Gen.Select(
        Tokens,
        Gen.Select(Texts, Texts, Fields, (code, id, fields) => new Scan
        {
            Qrcode = code,
            ScanId = id,
            Fields = { fields },
        }).Array[0, 6],
        Gen.ULong,
        (session, scans, revision) => new DecodeBatchRequest
        {
            Session = session,
            Scans = { scans },
            MinRevision = revision,
        });

    // What may follow or stand among known fields: unknown ones, known numbers of other types, groups, unpacked fields.
    private static readonly Gen<byte[]> Extras = Gen.OneOf(
        Gen.Select(Gen.UInt[1, 40], Gen.UInt[0, 7], Gen.Byte.Array[0, 12], (number, type, rest) =>
            (byte[])[.. Varint(number << 3 | type), .. rest]),
        Gen.Select(Gen.UInt[1, 40], Gen.Byte.Array[0, 30], (number, rest) =>
            (byte[])[.. Varint(number << 3 | 2), (byte)rest.Length, .. rest]),
        Gen.Select(Gen.UInt[1, 40], Gen.ULong, (number, value) => (byte[])[.. Varint(number << 3), .. Varint(value)]),
        Gen.UInt[1, 40].Select(number => (byte[])[.. Varint(number << 3 | 3), 8, 1, .. Varint(number << 3 | 4)]),
        Gen.UInt[0, 9].Select(value => (byte[])[4 << 3, (byte)value, 3 << 3, (byte)value]),
        Gen.Byte.Array[0, 20]);

    private static byte[] Varint(ulong value)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        output.WriteUInt64(value);
        output.Flush();
        return bytes.ToArray();
    }

    private static Gen<byte[]> Bytes<T>(Gen<T> messages)
        where T : IMessage
    {
        var whole = messages.Select(message => message.ToByteArray());
        var extended = Gen.Select(whole, Extras, whole, Extras, (a, b, c, d) => (byte[])[.. a, .. b, .. c, .. d]);
        var cut = Gen.Select(extended, Gen.Int[0, 400], (bytes, at) => bytes[..Math.Min(at, bytes.Length)]);
        var flipped = Gen.Select(extended, Gen.Int[0, 400], Gen.Byte, (bytes, at, value) =>
        {
            if (bytes.Length > 0)
            {
                bytes[at % bytes.Length] ^= value;
            }

            return bytes;
        });
        return Gen.OneOf(whole, extended, cut, flipped, flipped, Gen.Byte.Array[0, 64]);
    }

    private static T? Parse<T>(MessageParser<T> parser, byte[] bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static string Text(GateCall call, Slice slice) => Encoding.UTF8.GetString(call.Bytes(slice));

    private static (byte Bits, bool Unknown) Bits(RepeatedField<DecodeField> fields)
    {
        byte bits = 0;
        foreach (var field in fields)
        {
            bits |= field switch
            {
                DecodeField.Tags => FieldBits.Tags,
                DecodeField.ConcealName => FieldBits.ConcealName,
                DecodeField.ConcealCard => FieldBits.ConcealCard,
                _ => 0,
            };
        }

        return (bits, fields.Any(field => field is < DecodeField.Tags or > DecodeField.ConcealCard));
    }

    private static bool Agrees(GateCall call, int number, string code, string id, RepeatedField<DecodeField> fields)
    {
        ref readonly var scan = ref call.Scan(number);
        return Text(call, scan.Code) == code
            && Text(call, scan.ScanId) == id
            && (scan.Fields, scan.AsksUnknownField) == Bits(fields);
    }

    // Google refuses the whole message for one text that is not UTF-8; here it is the scan's own fault.
    private static bool HasNoText(GateCall call) => Enumerable.Range(0, call.ScanCount)
        .Any(i => call.Scan(i).CodeIsNoText || call.Scan(i).ScanIdIsNoText);

    private static bool AgreesOnOne(byte[] bytes)
    {
        var expected = Parse(DecodeRequest.Parser, bytes);
        var call = GateWire.Read(bytes, RequestReader.TryReadOne);
        return expected is null
            ? call.Malformed || HasNoText(call)
            : !call.Malformed
                && call.Session.SequenceEqual(expected.Session.Span)
                && !HasNoText(call)
                && call.MinRevision == expected.MinRevision
                && call.ScanCount == 1
                && Agrees(call, 0, expected.Qrcode, expected.ScanId, expected.Fields);
    }

    private static bool AgreesOnMany(byte[] bytes)
    {
        var expected = Parse(DecodeBatchRequest.Parser, bytes);
        var call = GateWire.Read(bytes, RequestReader.TryReadMany);
        return expected is null
            ? call.Malformed || HasNoText(call)
            : !call.Malformed
                && call.Session.SequenceEqual(expected.Session.Span)
                && !HasNoText(call)
                && call.MinRevision == expected.MinRevision
                && call.ScanCount == expected.Scans.Count
                && expected.Scans
                    .Select((scan, i) => Agrees(call, i, scan.Qrcode, scan.ScanId, scan.Fields))
                    .All(agrees => agrees);
    }

    [Fact]
    public void Read_AnyBytesAsOneScan_AgreesWithGoogle() => Bytes(Ones).Sample(
        AgreesOnOne, iter: Rounds, print: Convert.ToHexString);

    [Fact]
    public void Read_AnyBytesAsABatch_AgreesWithGoogle() => Bytes(Many).Sample(
        AgreesOnMany, iter: Rounds, print: Convert.ToHexString);

    [Theory]
    [InlineData(97)]
    [InlineData(98)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(5_000)]
    public void Read_GroupsWithinGroups_AreTakenAsDeepAsGoogleTakesThem(int depth)
    {
        // Field 9 as a group in a group in a group …, alone and inside a scan.
        byte[] groups =
            [.. Enumerable.Repeat((byte)(9 << 3 | 3), depth), .. Enumerable.Repeat((byte)(9 << 3 | 4), depth)];
        Assert.True(AgreesOnOne(groups), "alone");
        Assert.True(AgreesOnMany([2 << 3 | 2, .. Varint((ulong)groups.Length), .. groups]), "inside a scan");
    }

    [Theory]
    [InlineData("0A")]
    [InlineData("0AFFFFFFFF0F")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01")]
    [InlineData("28FFFFFFFFFFFFFFFFFF7F")]
    [InlineData("28FFFFFFFFFFFFFFFFFFFF01")]
    [InlineData("A880808000 01")]
    [InlineData("00")]
    [InlineData("0200")]
    [InlineData("0C")]
    [InlineData("4B54")]
    [InlineData("22038001")]
    [InlineData("220180")]
    [InlineData("22022101")]
    [InlineData("1201C3")]
    [InlineData("1A02C328")]
    public void Read_KnownTroubles_AgreesWithGoogle(string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.True(AgreesOnOne(bytes), "as one scan");
        Assert.True(AgreesOnMany(bytes), "as a batch");
    }

    [Fact]
    public void Read_ObjectUsedAgain_KeepsNothingOfTheCallBefore()
    {
        Gen.Select(Bytes(Many), Bytes(Many)).Sample(
            pair =>
            {
                var call = GateWire.Read(pair.Item1, RequestReader.TryReadMany);
                _ = call.GiveBack();
                call.Take(new(pair.Item2), RequestReader.TryReadMany);
                var fresh = GateWire.Read(pair.Item2, RequestReader.TryReadMany);
                return call.Malformed == fresh.Malformed
                    && call.ScanCount == fresh.ScanCount
                    && call.MinRevision == fresh.MinRevision
                    && call.Session.SequenceEqual(fresh.Session)
                    && Enumerable.Range(0, Math.Min(1, call.ScanCount)).All(i =>
                        Text(call, call.Scan(i).Code) == Text(fresh, fresh.Scan(i).Code)
                        && call.Scan(i).Fields == fresh.Scan(i).Fields);
            },
            iter: 2_000);
    }

    [Fact]
    public void Take_ObjectThatBelongsToACall_IsRefused()
    {
        var call = GateWire.Read([], RequestReader.TryReadOne);
        Assert.Throws<InvalidOperationException>(() => call.Take(default, RequestReader.TryReadOne));
        Assert.True(call.GiveBack());
        Assert.Throws<InvalidOperationException>(() => call.GiveBack());
    }
}
