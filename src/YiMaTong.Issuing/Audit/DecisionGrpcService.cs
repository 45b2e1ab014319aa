using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;
using Decision = YiMaTong.Contracts.Decode.V1.Decision;

namespace YiMaTong.Issuing.Audit;

/// <summary>Answers operators' inquiries about a decision. Thread-safe.</summary>
internal sealed class DecisionGrpcService(PlatformCall call, DecisionStore store, ILogger<DecisionGrpcService> log)
    : DecisionService.DecisionServiceBase
{
    private const int DecisionIdDigits = 32;

    /// <inheritdoc />
    public override Task<GetDecisionResponse> GetDecision(GetDecisionRequest request, ServerCallContext context) =>
        call.RunAsync<GetDecisionResponse>(context, async (reply, cancellationToken) =>
        {
            if (request.DecisionId.Length != DecisionIdDigits || !request.DecisionId.All(char.IsAsciiHexDigit))
            {
                return Outcome.BadParameter("decisionId");
            }

            try
            {
                var rows = await store.Find(Convert.FromHexString(request.DecisionId), cancellationToken);
                reply.Response.AddRange(rows.Select(Write));
                return Outcome.Ok;
            }
            catch (StorageUnavailableException failure)
            {
                AuditLog.Unavailable(log, failure.Message);
                return PyCodes.Busy;
            }
        });

    private static DecisionEntry Write(DecisionRow row) => new()
    {
        AnsweredAt = Timestamp.FromDateTimeOffset(row.At),
        MerchantId = row.MerchantId,
        MacId = row.MacId,
        SceneId = row.SceneId,
        Told = Code(row.Told),
        Cause = Code(row.Cause),
        Decision = (Decision)row.Decision,
        DataRevision = (ulong)row.DataRevision,
    };

    private static string Code(int digits) => digits.ToString("'PY'0000", CultureInfo.InvariantCulture);
}
