using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// A node that cannot record stays ready where the policy is to answer, and says so; where it is to refuse, the node is
/// not ready.
/// </summary>
internal sealed class DecisionHealth(IDecisionSink sink) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (sink is not DecisionJournal journal)
        {
            return Task.FromResult(HealthCheckResult.Healthy("off"));
        }

        var lost = journal.Lost == 0 ? "" : $"{journal.Lost} answers went unrecorded since the start";
        var detail = journal.Trouble switch
        {
            JournalTrouble.DiskRefuses => "the disk refuses; ",
            JournalTrouble.DiskHangs => "the disk hangs; ",
            JournalTrouble.BudgetSpent => "the disk budget is spent; ",
            _ => "",
        };
        var text = (detail + lost).TrimEnd(' ', ';');
        return Task.FromResult(
            journal.Refusing ? HealthCheckResult.Unhealthy(text)
            : HealthCheckResult.Healthy(text.Length == 0 ? null : text));
    }
}
