using System.Globalization;
using Grpc.Core;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.Emergency;

/// <summary>The reconciliation for operators. Thread-safe.</summary>
internal sealed class OfflineReportGrpcService(PlatformCall call, OfflineReporter reporter)
    : OfflineReportService.OfflineReportServiceBase
{
    private const int DaysMax = 31;

    public override Task<GetOfflineReportResponse> GetOfflineReport(
        GetOfflineReportRequest request, ServerCallContext context) =>
        call.RunAsync<GetOfflineReportResponse>(context, async (reply, cancellationToken) =>
        {
            var check = new FieldCheck();
            check.Require("fromDay", TryRead(request.FromDay, out var from));
            check.Require(
                "toDay",
                TryRead(request.ToDay.Length == 0 ? request.FromDay : request.ToDay, out var to) && to >= from
                && to <= from.AddDays(DaysMax - 1));
            check.Require(
                "merchantId",
                request.MerchantId.Length == 0 || Fields.IsId(request.MerchantId, Fields.MerchantId, 64));
            if (check.Outcome is { IsOk: false } fault)
            {
                return fault;
            }

            reply.Response = await reporter.MakeAsync(
                NumberOf(from), NumberOf(to), request.MerchantId, cancellationToken);
            return Outcome.Ok;
        });

    private static int NumberOf(DateOnly day) => (day.Year * 10_000) + (day.Month * 100) + day.Day;

    private static bool TryRead(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
        && day.Year is > 1970 and < 9999;
}
