using System.Buffers.Binary;
using System.Numerics;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Registry;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Marshalling;

/// <summary>
/// An answer as it is written: byte for byte what Google.Protobuf writes for the same DecodeResponse,
/// DecodeBatchResponse or DecodeStreamResponse, put together from what was encoded when code, type and tag became
/// known. One caller at a time.
/// </summary>
internal sealed class AnswerBuffer(int capacity)
{
    // What a result takes at the most beside its envelope, tags and scan id: some numbers, a name, a card, hex digits.
    private const int FixedMax = 160 + SubjectRecord.ConcealNameMaxBytes + SubjectRecord.ConcealCardMaxBytes;
    private const int VarintMax = 10;
    private const int OneByteMax = 0x7F;

    private const byte ResultsTag = 3 << 3 | 2;
    private const byte DecisionTag = 3 << 3;
    private const byte TagNumbersTag = 5 << 3 | 2;
    private const byte CatalogueRevisionTag = 6 << 3;
    private const byte ConcealNameTag = 8 << 3 | 2;
    private const byte ConcealCardTag = 9 << 3 | 2;
    private const byte DecisionIdTag = 10 << 3 | 2;
    private const byte ScanIdTag = 11 << 3 | 2;
    private const byte DataRevisionTag = 12 << 3;
    private const byte DataAgeTag = 13 << 3;
    private const byte DegradedTag = 14 << 3;
    private const byte RetryAfterTag = 15 << 3;

    private static readonly byte[][] _types = [.. Enumerable.Range(0, 256).Select(EncodeType)];

    private byte[] _bytes = new byte[capacity];
    private int _length;

    /// <summary>What is written so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Room without growing, in bytes.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>Drops what was written after a <see cref="Length"/>.</summary>
    public void Rewind(int length) => _length = length;

    /// <summary>Drops all that is written.</summary>
    public void Clear() => _length = 0;

    /// <summary>Writes bytes that are encoded already.</summary>
    public void Append(ReadOnlySpan<byte> encoded)
    {
        EnsureRoom(encoded.Length);
        Copy(encoded);
    }

    /// <summary>Begins a result of a batch or a frame.</summary>
    /// <returns>Where it begins, for <see cref="EndResult"/>.</returns>
    public int BeginResult()
    {
        EnsureRoom(VarintMax);
        _bytes[_length++] = ResultsTag;
        return _length++;
    }

    /// <summary>Ends a result: its length is known now and goes before it.</summary>
    public void EndResult(int begin) => PutLength(begin);

    /// <summary>Writes the answer to a scan that no engine judged.</summary>
    /// <param name="envelope">Why.</param>
    /// <param name="scanId">The scan's number, UTF-8, at most 64 bytes.</param>
    /// <param name="revision">Revision of the feed that the node holds.</param>
    /// <param name="ageMs">Age of that revision in milliseconds.</param>
    public void Refusal(byte[] envelope, ReadOnlySpan<byte> scanId, ulong revision, long ageMs)
    {
        EnsureRoom(envelope.Length + scanId.Length + FixedMax);
        Copy(envelope);
        PutBytes(ScanIdTag, scanId);
        PutNumber(DataRevisionTag, revision);
        PutNumber(DataAgeTag, (uint)Math.Clamp(ageMs, 0, uint.MaxValue));
    }

    /// <summary>Writes the answer to a scan that the engine judged.</summary>
    public void Judged(in DecodeOutcome outcome, ReadOnlySpan<byte> scanId)
    {
        var envelope = Envelopes.Of(outcome.Code);
        EnsureRoom(envelope.Length + scanId.Length + FixedMax);
        Copy(envelope);
        PutNumber(DecisionTag, (ulong)outcome.Decision);
        Copy(_types[outcome.Type]);
        if (outcome.Code == PyCodes.Success)
        {
            PutSubject(outcome, scanId.Length + FixedMax);
        }

        if (outcome.Decision != Decision.Unspecified)
        {
            PutDecisionId(outcome.DecisionId);
        }

        PutBytes(ScanIdTag, scanId);
        PutNumber(DataRevisionTag, outcome.DataRevision);
        PutNumber(DataAgeTag, (uint)Math.Clamp(outcome.DataAgeMs, 0, uint.MaxValue));
        PutNumber(DegradedTag, outcome.Degraded ? 1u : 0);
        PutNumber(RetryAfterTag, outcome.RetryAfterMs);
    }

    /// <summary>
    /// Writes when to come again: the last field of an answer, a batch's or a frame's, that was refused.
    /// </summary>
    /// <param name="milliseconds">The wait; 0 for no hint.</param>
    public void RetryAfter(uint milliseconds)
    {
        EnsureRoom(1 + VarintMax);
        PutNumber(RetryAfterTag, milliseconds);
    }

    private static byte[] EncodeType(int number)
    {
        using var encoded = new MemoryStream();
        using var output = new Google.Protobuf.CodedOutputStream(encoded);
        var name = CodeType.NameOf((byte)number);
        if (name.Length > 0)
        {
            output.WriteTag(DecodeResponse.QrcodeTypeFieldNumber, Google.Protobuf.WireFormat.WireType.LengthDelimited);
            output.WriteString(name);
            output.Flush();
        }

        return encoded.ToArray();
    }

    private void PutSubject(in DecodeOutcome outcome, int roomAfter)
    {
        if (outcome.Tags != 0)
        {
            _bytes[_length++] = TagNumbersTag;
            _bytes[_length++] = (byte)BitOperations.PopCount(outcome.Tags);
            for (var tags = outcome.Tags; tags != 0; tags &= tags - 1)
            {
                _bytes[_length++] = (byte)(BitOperations.TrailingZeroCount(tags) + 1);
            }
        }

        PutNumber(CatalogueRevisionTag, outcome.Catalogue.Revision);
        if ((outcome.Fields & FieldBits.Tags) != 0 && !outcome.Degraded)
        {
            for (var tags = outcome.Tags; tags != 0; tags &= tags - 1)
            {
                var encoded = outcome.Catalogue.Encoded(BitOperations.TrailingZeroCount(tags) + 1);
                EnsureRoom(encoded.Length + roomAfter);
                Copy(encoded);
            }
        }

        if ((outcome.Fields & FieldBits.ConcealName) != 0)
        {
            _bytes[_length++] = ConcealNameTag;
            var begin = _length++;
            _ = outcome.Subject.TryCopyConcealName(_bytes.AsSpan(_length), out var written);
            PutCopied(begin, written);
        }

        if ((outcome.Fields & FieldBits.ConcealCard) != 0)
        {
            _bytes[_length++] = ConcealCardTag;
            var begin = _length++;
            _ = outcome.Subject.TryCopyConcealCard(_bytes.AsSpan(_length), out var written);
            PutCopied(begin, written);
        }
    }

    // An empty text is left out, its tag too.
    private void PutCopied(int begin, int written)
    {
        if (written == 0)
        {
            _length = begin - 1;
            return;
        }

        _length += written;
        PutLength(begin);
    }

    // One byte was left for the length; a longer one moves what follows.
    private void PutLength(int begin)
    {
        var start = begin + 1;
        var length = _length - start;
        if (length <= OneByteMax)
        {
            _bytes[begin] = (byte)length;
            return;
        }

        Span<byte> prefix = stackalloc byte[VarintMax];
        var size = WriteVarint(prefix, (ulong)length);
        EnsureRoom(size - 1);
        _bytes.AsSpan(start, length).CopyTo(_bytes.AsSpan(begin + size));
        prefix[..size].CopyTo(_bytes.AsSpan(begin));
        _length += size - 1;
    }

    private void PutDecisionId(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        _bytes[_length++] = DecisionIdTag;
        _bytes[_length++] = 32;
        _ = Convert.TryToHexStringLower(bytes, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    private void PutBytes(byte tag, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            _bytes[_length++] = tag;
            _length += WriteVarint(_bytes.AsSpan(_length), (ulong)value.Length);
            Copy(value);
        }
    }

    private void PutNumber(byte tag, ulong value)
    {
        if (value != 0)
        {
            _bytes[_length++] = tag;
            _length += WriteVarint(_bytes.AsSpan(_length), value);
        }
    }

    private void Copy(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_bytes.AsSpan(_length));
        _length += value.Length;
    }

    private static int WriteVarint(Span<byte> destination, ulong value)
    {
        var at = 0;
        for (; value > OneByteMax; value >>= 7)
        {
            destination[at++] = (byte)(value | 0x80);
        }

        destination[at++] = (byte)value;
        return at;
    }

    private void EnsureRoom(int bytes)
    {
        if (_bytes.Length - _length < bytes)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes));
        }
    }
}
