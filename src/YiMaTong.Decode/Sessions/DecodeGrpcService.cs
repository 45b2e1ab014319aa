using Grpc.Core;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Load;

namespace YiMaTong.Decode.Sessions;

/// <summary>
/// DecodeService over gRPC: a scan that the node can answer at once is answered without a task of its own.
/// </summary>
internal sealed class DecodeGrpcService(
    SessionOpener opener,
    ScanHandler scans,
    NodeStatus status,
    IOptions<DecodeOptions> options) : DecodeService.DecodeServiceBase
{
    private readonly TimeSpan _minRevisionWait = TimeSpan.FromMilliseconds(options.Value.MinRevisionWaitMs);

    /// <inheritdoc />
    public override Task<OpenSessionResponse> OpenSession(OpenSessionRequest request, ServerCallContext context)
    {
        var response = opener.Open(request, Caller.Of(context));
        RetryHint.Mark(context, response.Code);
        return Task.FromResult(response);
    }

    /// <inheritdoc />
    public override Task<DecodeResponse> Decode(DecodeRequest request, ServerCallContext context) =>
        Decode(request, context.CancellationToken);

    /// <summary>Answers one scan, as soon as the node has the revision that it asks for.</summary>
    internal Task<DecodeResponse> Decode(DecodeRequest request, CancellationToken cancellation) =>
        request.MinRevision == 0 || status.Has(request.MinRevision)
            ? Task.FromResult(scans.Answer(request))
            : Awaited(request, cancellation);

    private async Task<DecodeResponse> Awaited(DecodeRequest request, CancellationToken cancellation) =>
        await status.WaitFor(request.MinRevision, _minRevisionWait, cancellation)
            ? scans.Answer(request)
            : scans.Refusal(PyCodes.DataUnavailable, request);
}
