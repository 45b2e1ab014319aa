using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Hosting.Direct;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Sessions;

/// <summary>
/// Answers Decode without gRPC's library where a call is as plain as nearly all are: its one message is here whole and
/// uncompressed, and nothing has to be waited for. On the wire it is the same call; everything else, from a deadline of
/// a millisecond to a message in pieces, is left to the library, which reads the body from its beginning. Thread-safe.
/// </summary>
internal sealed class DirectDecode(DecodeGrpcService service, TimeProvider time) : IDirectCalls
{
    private const string Path = "/yimatong.decode.v1.DecodeService/Decode";
    private const string GrpcType = "application/grpc";
    private const int PrefixSize = 5;

    // Far above any scan; far below the least that MaxGrpcMessageBytes can be.
    private const int MessageMax = 1024;

    // A scan takes microseconds. Who gives it less than this wants to see the deadline pass.
    private static readonly TimeSpan TimeoutLeast = TimeSpan.FromMilliseconds(5);

    private static readonly StringValues TypeHeader = GrpcType;
    private static readonly StringValues Ok = "0";

    private readonly long _timeoutLeast = (long)(TimeoutLeast.TotalSeconds * time.TimestampFrequency);

    /// <inheritdoc />
    public ListenerKind Listener => ListenerKind.Grpc;

    /// <inheritdoc />
    public Task? TryAnswer(HttpContext context)
    {
        var request = context.Request;
        return string.Equals(request.Path.Value, Path, StringComparison.Ordinal) && IsPlain(request)
            && TryRead(request, out var call)
            ? SendAsync(context, call)
            : null;
    }

    private bool IsPlain(HttpRequest request)
    {
        var headers = request.Headers;
        var type = headers.ContentType;
        return type.Count == 1 && string.Equals(type[0], GrpcType, StringComparison.Ordinal)
            && HttpMethods.IsPost(request.Method)
            && (headers.GrpcTimeout.Count == 0
                || (GrpcTimeout.TryRead(headers, time.TimestampFrequency, out var timeout)
                    && timeout >= _timeoutLeast));
    }

    /// <summary>Reads the message and answers it; what is not answered is not consumed.</summary>
    private bool TryRead(HttpRequest request, out GateCall call)
    {
        call = null!;
        var reader = request.BodyReader;
        if (!DirectAnswer.TryPeek(reader, out var body))
        {
            return false;
        }

        if (IsOneMessage(body))
        {
            call = GateMarshaller.Scans.Get();
            call.Take(body.Slice(PrefixSize), RequestReader.TryReadOne);
            if (service.TryAnswerAtOnce(call))
            {
                reader.AdvanceTo(body.End);
                return true;
            }

            GateMarshaller.Scans.Return(call);
        }

        reader.AdvanceTo(body.Start);
        return false;
    }

    // One byte for "not compressed", four for the length.
    private static bool IsOneMessage(in ReadOnlySequence<byte> body)
    {
        var first = body.FirstSpan;
        return body.Length is >= PrefixSize and <= PrefixSize + MessageMax && first.Length >= PrefixSize
            && first[0] == 0
            && BinaryPrimitives.ReadUInt32BigEndian(first[1..]) == (ulong)(body.Length - PrefixSize);
    }

    private static Task SendAsync(HttpContext context, GateCall call)
    {
        // As of all gates' calls: they have metrics of their own.
        if (context.Features[typeof(IHttpMetricsTagsFeature)] is IHttpMetricsTagsFeature metrics)
        {
            metrics.MetricsDisabled = true;
        }

        var response = context.Response;
        response.Headers.ContentType = TypeHeader;
        return DirectAnswer.SendAsync(response, new Answer(call));
    }

    /// <summary>The one message of the answer and the trailers; with it the call goes back.</summary>
    private readonly struct Answer(GateCall call) : IDirectAnswer
    {
        public void Put(HttpResponse response)
        {
            var answer = call.Answer.Written;
            var writer = response.BodyWriter;
            var frame = writer.GetSpan(PrefixSize + answer.Length);
            frame[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(frame[1..], answer.Length);
            answer.CopyTo(frame[PrefixSize..]);
            writer.Advance(PrefixSize + answer.Length);
            GateMarshaller.Scans.Return(call);
            // The look-up by type is a chain of comparisons; the generic one makes each of them a call.
            var features = response.HttpContext.Features;
            var trailers = (IHttpResponseTrailersFeature)features[typeof(IHttpResponseTrailersFeature)]!;
            trailers.Trailers.GrpcStatus = Ok;
        }
    }
}
