using System.Buffers;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using YiMaTong.Perf;

namespace YiMaTong.Peers.Feed;

/// <summary>
/// audit.v1 for a node under test: acknowledges decision records as issuing does once it has stored them, so that the
/// node's journal stays as small as in service. Records are counted, not read: the receiver has the generator's core.
/// </summary>
internal sealed class DecisionReceiver(City city)
{
    private const int StoredSequenceField = 1;
    private long _records;

    /// <summary>Records acknowledged.</summary>
    public long Records => Interlocked.Read(ref _records);

    /// <summary>Acknowledges a run of records.</summary>
    /// <param name="run">Sequence of the first record, and how many there are.</param>
    /// <param name="context">The call.</param>
    /// <returns>An AppendDecisionsResponse.</returns>
    public Task<byte[]> Append(RecordRun run, ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue("authorization") != $"Bearer {city.FeedToken}")
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "the feed's token is wrong"));
        }

        Interlocked.Add(ref _records, run.Count);
        var stored = run.First + (ulong)run.Count - 1;
        var answer = new byte[1 + CodedOutputStream.ComputeUInt64Size(stored)];
        var output = new CodedOutputStream(answer);
        output.WriteTag(StoredSequenceField, WireFormat.WireType.Varint);
        output.WriteUInt64(stored);
        output.Flush();
        return Task.FromResult(answer);
    }
}

/// <summary>What is read of an AppendDecisionsRequest.</summary>
/// <param name="First">Sequence of the first record.</param>
/// <param name="Count">Records.</param>
internal sealed record RecordRun(ulong First, int Count)
{
    private const int FirstSequenceField = 3;
    private const int RecordsField = 4;

    /// <summary>Reads a message, stepping over its records.</summary>
    public static RecordRun Read(byte[] message)
    {
        var (first, count) = (0UL, 0);
        var input = new CodedInputStream(message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == FirstSequenceField)
            {
                first = input.ReadUInt64();
                continue;
            }

            count += WireFormat.GetTagFieldNumber(tag) == RecordsField ? 1 : 0;
            input.SkipLastField();
        }

        return new(first, count);
    }
}

/// <summary>Registers the receiver's method.</summary>
internal sealed class DecisionMethods : IServiceMethodProvider<DecisionReceiver>
{
    private static readonly Marshaller<RecordRun> Runs = new(
        static (_, _) => throw new NotSupportedException("A receiver sends no records."),
        static context => RecordRun.Read(context.PayloadAsReadOnlySequence().ToArray()));

    private static readonly Marshaller<byte[]> Bytes = new(static bytes => bytes, static bytes => bytes);

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<DecisionReceiver> context) =>
        context.AddUnaryMethod(
            new Method<RecordRun, byte[]>(
                MethodType.Unary, "yimatong.audit.v1.DecisionLogService", "AppendDecisions", Runs, Bytes),
            [],
            static (receiver, run, call) => receiver.Append(run, call));
}
