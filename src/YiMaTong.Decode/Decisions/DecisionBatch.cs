using System.Buffers;
using Grpc.Core;
using YiMaTong.Contracts.Audit.V1;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// A run of records without a gap, of one segment. Its bytes lie in the reader's buffer until it is accepted.
/// </summary>
/// <param name="Segment">Where they are.</param>
/// <param name="FirstSequence">Sequence of the first.</param>
/// <param name="Count">Number of records.</param>
/// <param name="Records">Fields "records" of an AppendDecisionsRequest, one after the other.</param>
internal sealed record DecisionBatch(Segment Segment, long FirstSequence, int Count, ReadOnlyMemory<byte> Records)
{
    /// <summary>Field of a record in the request.</summary>
    public const int RecordsField = 4;

    private const int NodeIdField = 1, JournalIdField = 2, FirstSequenceField = 3;
    private const int HeadMax = 1_024;

    /// <summary>
    /// The call that ships it. The request is never an object: its head is written before the records' bytes.
    /// </summary>
    /// <param name="nodeId">Name of the node, UTF-8, at most 256 bytes.</param>
    public static Method<DecisionBatch, AppendDecisionsResponse> Append(byte[] nodeId) => new(
        MethodType.Unary,
        "yimatong.audit.v1.DecisionLogService",
        "AppendDecisions",
        new Marshaller<DecisionBatch>(
            (batch, context) => batch.Write(nodeId, context),
            static _ => throw new NotSupportedException("A node is sent no records.")),
        new Marshaller<AppendDecisionsResponse>(
            static (_, _) => throw new NotSupportedException("A node acknowledges no records."),
            static context => AppendDecisionsResponse.Parser.ParseFrom(context.PayloadAsReadOnlySequence())));

    /// <summary>Sequence of the last.</summary>
    public long LastSequence => FirstSequence + Count - 1;

    private void Write(byte[] nodeId, SerializationContext context)
    {
        Span<byte> head = stackalloc byte[HeadMax];
        var length = RecordMessage.Field(head, NodeIdField, nodeId);
        length += RecordMessage.Field(head[length..], JournalIdField, Segment.Journal.ToByteArray(bigEndian: true));
        length += RecordMessage.Number(head[length..], FirstSequenceField, (ulong)FirstSequence);
        context.SetPayloadLength(length + Records.Length);
        var writer = context.GetBufferWriter();
        writer.Write(head[..length]);
        writer.Write(Records.Span);
        context.Complete();
    }
}
