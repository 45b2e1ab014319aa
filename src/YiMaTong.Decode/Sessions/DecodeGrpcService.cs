using Grpc.Core;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Feed;

namespace YiMaTong.Decode.Sessions;

/// <summary>DecodeService over gRPC: a scan that the node can answer at once is answered without a task of its own.</summary>
internal sealed class DecodeGrpcService(
    SessionOpener opener,
    ScanHandler scans,
    NodeStatus status,
    IOptions<DecodeOptions> options,
    ILogger<DecodeGrpcService> logger) : DecodeService.DecodeServiceBase
{
    private readonly TimeSpan _minRevisionWait = TimeSpan.FromMilliseconds(options.Value.MinRevisionWaitMs);

    /// <inheritdoc />
    public override Task<OpenSessionResponse> OpenSession(OpenSessionRequest request, ServerCallContext context)
    {
        try
        {
            return Task.FromResult(opener.Open(request));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.RequestFailed(logger, e);
            return Task.FromResult(new OpenSessionResponse
            {
                Code = PyCodes.SystemError.Code,
                Msg = PyCodes.SystemError.Message,
            });
        }
    }

    /// <inheritdoc />
    public override Task<DecodeResponse> Decode(DecodeRequest request, ServerCallContext context) =>
        request.MinRevision == 0 || status.Has(request.MinRevision)
            ? Task.FromResult(Answer(request))
            : Awaited(request, context.CancellationToken);

    private async Task<DecodeResponse> Awaited(DecodeRequest request, CancellationToken cancellation) =>
        await status.WaitFor(request.MinRevision, _minRevisionWait, cancellation)
            ? Answer(request)
            : scans.Refusal(PyCodes.DataUnavailable, request);

    private DecodeResponse Answer(DecodeRequest request)
    {
        try
        {
            return scans.Answer(request);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.RequestFailed(logger, e);
            return scans.Refusal(PyCodes.SystemError, request);
        }
    }
}
