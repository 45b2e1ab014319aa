using System.Globalization;
using YiMaTong.AllInOne.Demo;
using YiMaTong.AllInOne.Walk;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Gate;

namespace YiMaTong.AllInOne.Drill;

/// <summary>Finds every answer that gates gave again at issuing: decisions of nodes, and scans decided alone.</summary>
internal sealed class Reconciliation(DemoCity city, TimeProvider time, TextWriter output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Reconciles.</summary>
    /// <returns>Whether every scan is accounted for.</returns>
    public async Task<bool> RunAsync(
        IReadOnlyList<Gatekeeper> gates, IReadOnlyList<GateAnswer> answers, CancellationToken stop)
    {
        await UntilAsync(() => Task.FromResult(gates.All(gate => gate.Status().ScansWaiting == 0)), stop);
        var alone = answers.Where(answer => answer.IsOffline).ToList();
        var decided = answers.Where(answer => answer.Online is not null).ToList();
        var missing = decided.Select(answer => answer.Online!.DecisionId).Distinct().ToList();
        var decisions = missing.Count;
        await UntilAsync(
            async () =>
            {
                missing = await MissingAsync(missing, stop);
                return missing.Count == 0;
            },
            stop);
        var report = await ReportAsync(stop);
        await WriteAsync(
            $"decisions of the node: {decided.Count} answers, {decisions} decisions, {missing.Count} missing");
        await WriteAsync(
            $"decided alone: {alone.Count} answers, {report.Total.Scans} at issuing, {report.Total.Permits} let "
            + $"through ({alone.Count(answer => answer.Permits)} at the gates), {report.Gaps.Count} gaps");
        await WriteAsync(
            $"looked into: {report.Total.DoubleUses} double uses, {report.Total.RevokedMeanwhile} revoked meanwhile, "
            + $"{report.Total.Unverified} unopened of which {report.Total.Genuine} genuine and "
            + $"{report.Total.NotGenuine} not, clocks off by {report.Total.SkewMsMax} ms at most");
        return decided.Count > 0 && missing.Count == 0
            && gates.All(gate => gate.Status() is { ScansLost: 0, ScansWaiting: 0 })
            && report.Total.Scans == (ulong)alone.Count
            && report.Total.Permits == (ulong)alone.Count(answer => answer.Permits)
            && report.Gaps.Count == 0 && report.Total.DoubleUses == 0 && report.Total.Conflicts == 0;
    }

    private async Task<List<string>> MissingAsync(List<string> decisionIds, CancellationToken stop)
    {
        var decisions = new DecisionService.DecisionServiceClient(city.Channel);
        var missing = new List<string>();
        foreach (var id in decisionIds)
        {
            var found = await decisions.GetDecisionAsync(
                new GetDecisionRequest { DecisionId = id }, city.Operator, cancellationToken: stop);
            WalkFailedException.Expect(found.Code, found.Msg, "GetDecision");
            if (found.Response.Count == 0)
            {
                missing.Add(id);
            }
        }

        return missing;
    }

    private async Task<OfflineReport> ReportAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        var answer = await new OfflineReportService.OfflineReportServiceClient(city.Channel).GetOfflineReportAsync(
            new GetOfflineReportRequest { FromDay = Day(now.AddDays(-1)), ToDay = Day(now) },
            city.Operator,
            cancellationToken: stop);
        WalkFailedException.Expect(answer.Code, answer.Msg, "GetOfflineReport");
        return answer.Response;
    }

    private async Task UntilAsync(Func<Task<bool>> done, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (!await done() && time.GetElapsedTime(started) < Limit)
        {
            await Task.Delay(Pause, time, stop);
        }
    }

    private Task WriteAsync(string line) => output.WriteLineAsync($"  {line}");

    private static string Day(DateTimeOffset day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
