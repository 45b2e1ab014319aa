using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Requests;

namespace YiMaTong.Decode.Sessions;

/// <summary>
/// DecodeService over gRPC: a scan that the node can answer at once is answered without a task of its own. A stream
/// holds one frame at a time: the next is read when the answer to the last is written, so that a gate that does not
/// read its answers is not read from either.
/// </summary>
internal sealed class DecodeGrpcService(
    SessionOpener opener,
    ScanHandler scans,
    NodeStatus status,
    IOptions<DecodeOptions> options) : DecodeService.DecodeServiceBase
{
    private readonly TimeSpan _minRevisionWait = TimeSpan.FromMilliseconds(options.Value.MinRevisionWaitMs);

    /// <inheritdoc />
    public override Task<OpenSessionResponse> OpenSession(OpenSessionRequest request, ServerCallContext context) =>
        Task.FromResult(opener.Open(request));

    /// <inheritdoc />
    public override Task<DecodeResponse> Decode(DecodeRequest request, ServerCallContext context) =>
        Decode(request, context.CancellationToken);

    /// <inheritdoc />
    public override async Task<DecodeBatchResponse> DecodeBatch(DecodeBatchRequest request, ServerCallContext context)
    {
        var response = new DecodeBatchResponse();
        var code = PyCodes.DataUnavailable;
        string? field = null;
        if (await Reaches(request.MinRevision, context.CancellationToken))
        {
            code = scans.Answer(request.Session.Span, request.Scans, response.Results, out field);
        }

        response.Code = code.Code;
        response.Msg = field is null ? code.Message : FieldLimits.Message(field);
        return response;
    }

    /// <inheritdoc />
    public override async Task DecodeStream(
        IAsyncStreamReader<DecodeStreamRequest> requestStream,
        IServerStreamWriter<DecodeStreamResponse> responseStream,
        ServerCallContext context)
    {
        try
        {
            await AnswerFrames(requestStream, responseStream, context.CancellationToken);
        }
        catch (Exception gone) when (gone is IOException || context.CancellationToken.IsCancellationRequested)
        {
            // The gate reset the stream, or its deadline is over: nobody is left to answer, and it is no fault here.
        }
    }

    private async Task AnswerFrames(
        IAsyncStreamReader<DecodeStreamRequest> frames,
        IServerStreamWriter<DecodeStreamResponse> answers,
        CancellationToken cancellation)
    {
        var session = ByteString.Empty;
        var code = PyCodes.Success;
        while (!EndsStream(code) && await frames.MoveNext(cancellation))
        {
            var frame = frames.Current;
            session = frame.Session.IsEmpty ? session : frame.Session;
            var response = new DecodeStreamResponse();
            code = PyCodes.DataUnavailable;
            string? field = null;
            if (await Reaches(frame.MinRevision, cancellation))
            {
                code = scans.Answer(session.Span, frame.Scans, response.Results, out field);
            }

            response.Code = code.Code;
            response.Msg = field is null ? code.Message : FieldLimits.Message(field);
            await answers.WriteAsync(response, cancellation);
        }
    }

    /// <summary>Answers one scan, as soon as the node has the revision that it asks for.</summary>
    internal Task<DecodeResponse> Decode(DecodeRequest request, CancellationToken cancellation) =>
        request.MinRevision == 0 || status.Has(request.MinRevision)
            ? Task.FromResult(scans.Answer(request))
            : Awaited(request, cancellation);

    private static bool EndsStream(PyCode code) => code.Number is 1002 or 2001 or 2005;

    private async Task<DecodeResponse> Awaited(DecodeRequest request, CancellationToken cancellation) =>
        await Reaches(request.MinRevision, cancellation)
            ? scans.Answer(request)
            : scans.Refusal(PyCodes.DataUnavailable, request.ScanId);

    private ValueTask<bool> Reaches(ulong revision, CancellationToken cancellation) =>
        revision == 0 || status.Has(revision)
            ? ValueTask.FromResult(true)
            : new(status.WaitFor(revision, _minRevisionWait, cancellation));
}
