using Grpc.Core;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Hosting.Listeners;
using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Takes in what gates decided alone. Thread-safe.</summary>
internal sealed class OfflineScanGrpcService(OfflineUploadCheck uploads, OfflineStore store)
    : OfflineScanService.OfflineScanServiceBase
{
    /// <inheritdoc />
    public override async Task<UploadOfflineScansResponse> UploadOfflineScans(
        UploadOfflineScansRequest request, ServerCallContext context)
    {
        var (outcome, stored) = await StoreAsync(
            request, PeerNetwork.Of(context.GetHttpContext().Connection.RemoteIpAddress), context.CancellationToken);
        return new UploadOfflineScansResponse
        {
            Code = outcome.Code.Code,
            Msg = outcome.Message,
            StoredSequence = (ulong)stored,
        };
    }

    private async Task<(Outcome Outcome, long Stored)> StoreAsync(
        UploadOfflineScansRequest request, ulong network, CancellationToken cancellationToken)
    {
        var (outcome, uploader) = await uploads.CheckAsync(request, network, cancellationToken);
        if (uploader is null)
        {
            return (outcome, 0);
        }

        (outcome, var run) = OfflineRunReader.Read(request.Payload);
        return run is null ? (outcome, 0) : await store.StoreAsync(uploader, run, cancellationToken);
    }
}
