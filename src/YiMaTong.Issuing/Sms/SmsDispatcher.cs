using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Incidents;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Sms;

/// <summary>
/// Sends what open incidents ask for, once a second at most what settings allow for a second. Invariants: a message is
/// handed over at least once and under one key, so at most once to a phone by a gateway that heeds keys; nothing new is
/// sent before what became of the last round is written, however long the database is away. Rounds follow one another.
/// </summary>
internal sealed class SmsDispatcher(
    IncidentBoard board, SmsQueue queue, SmsRecipients recipients, SmsTexts texts, ISmsGateway gateway,
    IncidentMetrics metrics, IOptions<SmsOptions> options, TimeProvider time, ILogger<SmsDispatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private IReadOnlyCollection<SmsMark> _unsaved = [];
    private IReadOnlyList<Incident>? _dropSeen;
    private long _pausedUntilMs;
    private DateTimeOffset _nextSweep;

    private DateTimeOffset PausedUntil =>
        DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _pausedUntilMs));

    /// <summary>Does what is to be done this second.</summary>
    public async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Send(cancellationToken);
        }
        catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
        {
            // The next round tries again; the notices in apps do not depend on it.
            log.DatabaseRefused(reason);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // As above: what was not marked is due again, under the same key.
            log.RoundFailed("SMS", Fault.Describe(failure));
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Mode == SmsOptions.None)
        {
            return;
        }

        using var timer = new PeriodicTimer(Round, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RunRoundAsync(stoppingToken);
        }
    }

    private async Task Send(CancellationToken cancellationToken)
    {
        await SaveMarks(_unsaved, cancellationToken);
        await TidyUp(cancellationToken);
        var now = time.GetUtcNow();
        var open = board.All.Where(incident => incident is { IsOpen: true, Sms: true })
            .ToDictionary(incident => incident.Id, StringComparer.Ordinal);
        if (open.Count == 0 || now < PausedUntil)
        {
            return;
        }

        var due = await queue.DueAsync(open.Keys, options.Value.PerSecond, cancellationToken);
        if (due.Count < options.Value.PerSecond)
        {
            foreach (var id in open.Keys)
            {
                await recipients.ListPageAsync(id, cancellationToken);
            }

            due = await queue.DueAsync(open.Keys, options.Value.PerSecond, cancellationToken);
        }

        if (due.Count > 0)
        {
            await SaveMarks(await SendAll(due, open, cancellationToken), cancellationToken);
        }
    }

    // Before anything is sent, so that an incident that closed meanwhile sends nothing more.
    private async Task TidyUp(CancellationToken cancellationToken)
    {
        var all = board.All;
        if (!ReferenceEquals(all, _dropSeen))
        {
            metrics.Count("dropped", await queue.DropAsync(
                [.. all.Where(incident => incident.IsOpen).Select(incident => incident.Id)], cancellationToken));
            _dropSeen = all;
        }

        if (time.GetUtcNow() >= _nextSweep)
        {
            await queue.SweepAsync(cancellationToken);
            _nextSweep = time.GetUtcNow() + SweepEvery;
        }
    }

    private async Task<IReadOnlyCollection<SmsMark>> SendAll(
        IReadOnlyList<SmsRow> due, Dictionary<string, Incident> open, CancellationToken cancellationToken)
    {
        var marks = new SmsMark[due.Count];
        foreach (var group in due.Select((row, place) => (Row: row, Place: place)).GroupBy(item => item.Row.IncidentId))
        {
            var incident = open[group.Key];
            var text = texts.For(incident);
            var phones = await recipients.PhonesAsync(
                [.. group.Select(item => item.Row.CitizenId)], incident.SceneKinds, cancellationToken);
            await Parallel.ForEachAsync(
                group,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = options.Value.Concurrency,
                    CancellationToken = cancellationToken,
                },
                async (item, token) => marks[item.Place] = await SendOne(item.Row, phones, text, token));
        }

        return marks;
    }

    private async Task<SmsMark> SendOne(
        SmsRow row, IReadOnlyDictionary<long, string> phones, string text, CancellationToken cancellationToken)
    {
        // Withdrawn, frozen or with another number since the row was made: nobody to tell under this row.
        if (!phones.TryGetValue(row.CitizenId, out var phone)
            || !recipients.HashOf(phone).AsSpan().SequenceEqual(row.PhoneHash))
        {
            return new SmsMark(row.Id, SmsState.Dropped, row.Attempts, row.DueAt);
        }

        if (time.GetUtcNow() < PausedUntil)
        {
            // Another message of this round was told to wait: the rest need not be told too.
            return new SmsMark(row.Id, SmsState.Waiting, row.Attempts, PausedUntil);
        }

        var verdict = await gateway.SendAsync(new SmsMessage(SmsQueue.KeyOf(row), phone, text), cancellationToken);
        return Mark(row, verdict, time.GetUtcNow());
    }

    private SmsMark Mark(SmsRow row, SmsVerdict verdict, DateTimeOffset now)
    {
        switch (verdict.Outcome)
        {
            case SmsOutcome.Accepted:
                return new SmsMark(row.Id, SmsState.Accepted, row.Attempts, now);
            case SmsOutcome.Refused:
                return new SmsMark(row.Id, SmsState.Failed, row.Attempts + 1, now);
            case SmsOutcome.Busy:
                var pause = verdict.RetryAfter ?? TimeSpan.FromSeconds(options.Value.BackoffSeconds);
                var until = now + TimeSpan.FromTicks(Math.Clamp(pause.Ticks, Round.Ticks, LongestPause.Ticks));
                Interlocked.Exchange(ref _pausedUntilMs, until.ToUnixTimeMilliseconds());
                return new SmsMark(row.Id, SmsState.Waiting, row.Attempts, until);
            default:
                var attempts = row.Attempts + 1;
                return attempts >= options.Value.MaxAttempts
                    ? new SmsMark(row.Id, SmsState.Failed, attempts, now)
                    : new SmsMark(row.Id, SmsState.Waiting, attempts, now + Backoff(attempts));
        }
    }

    private TimeSpan Backoff(int attempts) => TimeSpan.FromSeconds(Math.Min(
        options.Value.BackoffMaxSeconds, options.Value.BackoffSeconds * Math.Pow(2, attempts - 1)));

    private async Task SaveMarks(IReadOnlyCollection<SmsMark> marks, CancellationToken cancellationToken)
    {
        if (marks.Count == 0)
        {
            return;
        }

        _unsaved = marks;
        await queue.SaveAsync(marks, cancellationToken);
        _unsaved = [];
        var accepted = marks.Count(mark => mark.State == SmsState.Accepted);
        var failed = marks.Count(mark => mark.State == SmsState.Failed);
        var again = marks.Count(mark => mark.State == SmsState.Waiting);
        metrics.Count("accepted", accepted);
        metrics.Count("failed", failed);
        metrics.Count("again", again);
        metrics.Count("dropped", marks.Count - accepted - failed - again);
        log.SmsRound(accepted, failed, again);
    }
}
