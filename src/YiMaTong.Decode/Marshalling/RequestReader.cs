using System.Text.Unicode;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Registry;

namespace YiMaTong.Decode.Marshalling;

/// <summary>
/// Reads DecodeRequest, DecodeBatchRequest and DecodeStreamRequest without making messages or strings of them. Of a
/// field that comes twice the last counts, unknown fields are stepped over, as protobuf has it. A text that is not
/// UTF-8, for which Google.Protobuf refuses the message, is noted of its scan alone: it spoils no other. Thread-safe.
/// </summary>
internal static class RequestReader
{
    private const int VarintType = 0;
    private const int BytesType = 2;

    /// <summary>Reads a DecodeRequest; false where the bytes are none.</summary>
    public static bool TryReadOne(ReadOnlySpan<byte> bytes, GateCall call)
    {
        var reader = new WireReader(bytes);
        var scan = default(ScanSlice);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
            {
                return false;
            }

            var read = tag switch
            {
                1 << 3 | BytesType => TryReadSlice(ref reader, out call.SessionAt),
                2 << 3 | BytesType => TryReadText(ref reader, bytes, 0, out scan.Code, ref scan.CodeIsNoText),
                3 << 3 | BytesType => TryReadText(ref reader, bytes, 0, out scan.ScanId, ref scan.ScanIdIsNoText),
                4 << 3 | VarintType => TryReadField(ref reader, ref scan),
                4 << 3 | BytesType => TryReadFields(ref reader, bytes, ref scan),
                5 << 3 | VarintType => reader.TryReadVarint(out call.MinRevision),
                _ => reader.TrySkip(tag, depth: 0),
            };
            if (!read)
            {
                return false;
            }
        }

        call.Add(scan);
        return true;
    }

    /// <summary>Reads a DecodeBatchRequest or a DecodeStreamRequest, which are alike.</summary>
    public static bool TryReadMany(ReadOnlySpan<byte> bytes, GateCall call)
    {
        var reader = new WireReader(bytes);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
            {
                return false;
            }

            var read = tag switch
            {
                1 << 3 | BytesType => TryReadSlice(ref reader, out call.SessionAt),
                2 << 3 | BytesType => TryReadScan(ref reader, bytes, call),
                3 << 3 | VarintType => reader.TryReadVarint(out call.MinRevision),
                _ => reader.TrySkip(tag, depth: 0),
            };
            if (!read)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadScan(ref WireReader outer, ReadOnlySpan<byte> bytes, GateCall call)
    {
        if (!outer.TryReadBytes(out var start, out var length))
        {
            return false;
        }

        var message = bytes.Slice(start, length);
        var reader = new WireReader(message);
        var scan = default(ScanSlice);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
            {
                return false;
            }

            var read = tag switch
            {
                1 << 3 | BytesType => TryReadText(ref reader, message, start, out scan.Code, ref scan.CodeIsNoText),
                2 << 3 | BytesType => TryReadText(ref reader, message, start, out scan.ScanId, ref scan.ScanIdIsNoText),
                3 << 3 | VarintType => TryReadField(ref reader, ref scan),
                3 << 3 | BytesType => TryReadFields(ref reader, message, ref scan),
                _ => reader.TrySkip(tag, depth: 1),
            };
            if (!read)
            {
                return false;
            }
        }

        call.Add(scan);
        return true;
    }

    private static bool TryReadSlice(ref WireReader reader, out Slice slice)
    {
        var read = reader.TryReadBytes(out var start, out var length);
        slice = new(start, length);
        return read;
    }

    private static bool TryReadText(
        ref WireReader reader, ReadOnlySpan<byte> bytes, int offset, out Slice slice, ref bool isNoText)
    {
        var read = reader.TryReadBytes(out var start, out var length);
        slice = new(start + offset, length);
        isNoText |= read && !Utf8.IsValid(bytes.Slice(start, length));
        return read;
    }

    private static bool TryReadFields(ref WireReader reader, ReadOnlySpan<byte> bytes, ref ScanSlice scan)
    {
        if (!reader.TryReadBytes(out var start, out var length))
        {
            // A list of negative length is an empty one to Google.Protobuf, where any other such field is a fault.
            return length < 0;
        }

        var packed = new WireReader(bytes.Slice(start, length));
        while (!packed.AtEnd)
        {
            if (!TryReadField(ref packed, ref scan))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadField(ref WireReader reader, ref ScanSlice scan)
    {
        var read = reader.TryReadVarint(out var value);
        var bit = (DecodeField)(int)value switch
        {
            DecodeField.Tags => FieldBits.Tags,
            DecodeField.ConcealName => FieldBits.ConcealName,
            DecodeField.ConcealCard => FieldBits.ConcealCard,
            _ => 0,
        };
        scan.Fields |= (byte)bit;
        scan.AsksUnknownField |= bit == 0;
        return read;
    }
}
