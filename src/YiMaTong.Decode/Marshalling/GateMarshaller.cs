using Grpc.Core;
using Microsoft.Extensions.ObjectPool;

namespace YiMaTong.Decode.Marshalling;

/// <summary>
/// Takes requests off the wire into reused objects and puts their answers on it. Thread-safe. What an answer's length
/// is known before it is written, so gRPC lets it be written straight into the connection's buffer.
/// </summary>
internal static class GateMarshaller
{
    // Calls are under way for microseconds; more objects than this at rest serve nobody.
    private const int Kept = 64;

    /// <summary>Objects for calls of one scan.</summary>
    public static DefaultObjectPool<GateCall> Scans { get; } = new(new Policy(bytes: 512, scans: 1), Kept);

    /// <summary>DecodeRequest and DecodeResponse.</summary>
    public static Marshaller<GateCall> One { get; } = Create(Scans, RequestReader.TryReadOne);

    /// <summary>DecodeBatchRequest and its answer, and the frames of DecodeStream, which are alike.</summary>
    public static Marshaller<GateCall> Many { get; } =
        Create(new(new Policy(bytes: 8 * 1024, scans: 64), Kept), RequestReader.TryReadMany);

    private static Marshaller<GateCall> Create(
        DefaultObjectPool<GateCall> pool, ReadMessage read) => Marshallers.Create(
        (call, context) =>
        {
            var written = call.Answer.Written;
            context.SetPayloadLength(written.Length);
            var output = context.GetBufferWriter();
            written.CopyTo(output.GetSpan(written.Length));
            output.Advance(written.Length);
            context.Complete();
            pool.Return(call);
        },
        context =>
        {
            var call = pool.Get();
            call.Take(context.PayloadAsReadOnlySequence(), read);
            return call;
        });

    private sealed class Policy(int bytes, int scans) : PooledObjectPolicy<GateCall>
    {
        public override GateCall Create() => new(bytes, scans);

        public override bool Return(GateCall obj) => obj.GiveBack();
    }
}
