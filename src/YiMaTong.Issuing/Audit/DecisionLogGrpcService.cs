using Grpc.Core;
using YiMaTong.Contracts.Audit.V1;
using YiMaTong.Issuing.Feed;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Audit;

/// <summary>Takes the decision records of decode nodes. Thread-safe.</summary>
internal sealed class DecisionLogGrpcService(DecisionStore store, FeedToken token, ILogger<DecisionLogGrpcService> log)
    : DecisionLogService.DecisionLogServiceBase
{
    private const int NodeIdMax = 64, JournalIdLength = 16, RecordsMax = 1_000, TextMax = 255, DecisionIdLength = 16;

    /// <inheritdoc />
    public override async Task<AppendDecisionsResponse> AppendDecisions(
        AppendDecisionsRequest request, ServerCallContext context)
    {
        token.Demand(context);
        if (BadField(request) is { } field)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"{field} breaks its limits."));
        }

        try
        {
            return new() { StoredSequence = (ulong)await store.Append(request, context.CancellationToken) };
        }
        catch (StorageUnavailableException failure)
        {
            AuditLog.Unavailable(log, failure.Message);
        }
        catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
        {
            AuditLog.AppendFailed(log, request.NodeId, reason);
        }

        throw new RpcException(new Status(StatusCode.Unavailable, "The database cannot store now."));
    }

    private static string? BadField(AppendDecisionsRequest request) =>
        request.NodeId.Length is 0 or > NodeIdMax ? "node_id"
        : request.JournalId.Length != JournalIdLength ? "journal_id"
        : request.FirstSequence is 0 or > long.MaxValue - RecordsMax ? "first_sequence"
        : request.Records.Count is 0 or > RecordsMax ? "records"
        : request.Records.Any(record => !IsSound(record)) ? "a record"
        : null;

    private static bool IsSound(DecisionRecord record) =>
        record.DecisionId.Length is 0 or DecisionIdLength
        && record.MerchantId.Length <= TextMax && record.MacId.Length <= TextMax && record.SceneId.Length <= TextMax
        && record.Told <= ushort.MaxValue && record.Cause <= ushort.MaxValue
        && record.CodeType <= byte.MaxValue && record.Fields <= byte.MaxValue
        && (record.Lost is null || record.Lost.Count is > 0 and <= long.MaxValue);
}
