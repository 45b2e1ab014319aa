using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.Integration.Tests.Target;

/// <summary>
/// Emergency codes and what became of offline scans, through the interfaces that apps and operators use. Thread-safe.
/// </summary>
internal sealed class EmergencyDesk(HttpClient rest, GrpcChannel issuing, string operatorToken)
{
    private readonly Metadata _operator = new() { { "authorization", $"Bearer {operatorToken}" } };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The root key that gates are configured with.</summary>
    public Task<string> RootPemAsync() => rest.GetStringAsync("/api/v1/emergency/root", Stop);

    /// <summary>Declares an emergency in Hangzhou for an hour.</summary>
    public async Task DeclareAsync()
    {
        var emergency = new Emergency
        {
            EmergencyId = "integration",
            Region = "330100",
            End = Timestamp.FromDateTimeOffset(
                DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 3_600)),
        };
        var answer = await new EmergencyService.EmergencyServiceClient(issuing).DeclareEmergencyAsync(
            new DeclareEmergencyRequest { Emergency = emergency }, _operator, cancellationToken: Stop);
        Assert.Equal("PY0000", answer.Code);
    }

    /// <summary>A code for paper.</summary>
    public async Task<string> PaperAsync(Holder holder)
    {
        var answer = await new EmergencyCodeService.EmergencyCodeServiceClient(issuing).IssueEmergencyCodeAsync(
            new IssueEmergencyCodeRequest
            {
                AccessToken = holder.AccessToken,
                Form = EmergencyCodeForm.Static,
                IsImage = "0",
            },
            cancellationToken: Stop);
        Assert.Equal("PY0000", $"{answer.Code}{(answer.Code == "PY0000" ? "" : answer.Msg)}");
        return answer.Response.Text;
    }

    /// <summary>The reconciliation of yesterday and today: a test may run over midnight.</summary>
    public async Task<OfflineReport> ReportAsync()
    {
        var today = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(8));
        var answer = await new OfflineReportService.OfflineReportServiceClient(issuing).GetOfflineReportAsync(
            new GetOfflineReportRequest { FromDay = $"{today.AddDays(-1):yyyyMMdd}", ToDay = $"{today:yyyyMMdd}" },
            _operator,
            cancellationToken: Stop);
        Assert.Equal("PY0000", answer.Code);
        return answer.Response;
    }
}
