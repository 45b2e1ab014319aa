using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using YiMaTong.Codes.Storage;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Online;
using YiMaTong.Gate.Storage;

namespace YiMaTong.Gate.Journal;

/// <summary>
/// Brings scans home: runs in order, each signed, until issuing has acknowledged them. At least once; issuing counts a
/// scan once by journal and sequence. Scans gather for two seconds first, so that a signature carries many.
/// </summary>
internal sealed class ScanUploader(
    JournalFolder folder,
    ScanJournal journal,
    SessionRequests requests,
    IReadOnlyList<OfflineScanService.OfflineScanServiceClient> issuing,
    GateAlarms alarms,
    TimeProvider time) : IDisposable
{
    private const int PauseMsMin = 1_000, PauseMsMax = 60_000;
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly HashSet<Guid> _refused = [];
    private readonly Dictionary<Guid, long> _stored = [];
    private int _address;

    /// <summary>Uploads until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        journal.Written += Wake;
        var pauseMs = PauseMsMin;
        while (issuing.Count > 0 && !stop.IsCancellationRequested)
        {
            if (await DiskWork.RunAsync(NextRun) is not { } run)
            {
                await WaitAsync(stop);
            }
            else if (await SendAsync(run, stop))
            {
                pauseMs = PauseMsMin;
            }
            else
            {
                _address++;
                var drawnMs = pauseMs / 2 + RandomNumberGenerator.GetInt32(pauseMs);
                await PauseAsync(TimeSpan.FromMilliseconds(drawnMs), stop);
                pauseMs = Math.Min(PauseMsMax, pauseMs * 2);
            }
        }

        journal.Written -= Wake;
    }

    /// <inheritdoc />
    public void Dispose() => _wake.Dispose();

    private IReadOnlyList<JournalledScan>? NextRun()
    {
        try
        {
            var run = folder.NextRun(journal.Id, _refused);
            if (run is null)
            {
                journal.Prune();
            }

            folder.Listed(null);
            return run;
        }
        catch (Exception refused) when (DiskFault.Is(refused))
        {
            // The next scan, or ten minutes, bring another look.
            folder.Listed(refused);
            return null;
        }
    }

    private async Task<bool> SendAsync(IReadOnlyList<JournalledScan> run, CancellationToken stop)
    {
        var (id, first, last) = (run[0].Journal, run[0].Sequence, run[^1].Sequence);
        var message = new OfflineScanRun
        {
            JournalId = ByteString.CopyFrom(id.ToByteArray(bigEndian: true)),
            FirstSequence = (ulong)first,
            Scans = { run.Select(scan => scan.Scan) },
            GateTimeMs = time.GetUtcNow().ToUnixTimeMilliseconds(),

            // What an earlier run's clock counted from is not known any more.
            RunMs = id == journal.Id ? journal.RunMs : 0,
        };
        try
        {
            using var limit = new CancellationTokenSource(CallLimit, time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
            var answer = await issuing[_address % issuing.Count].UploadOfflineScansAsync(
                requests.Upload(message.ToByteArray()), cancellationToken: ended.Token);
            if (answer.Code == "PY0000")
            {
                if (HasGoneBack(id, (long)Math.Min(answer.StoredSequence, long.MaxValue), out var stored))
                {
                    // After a pause, so that an issuing that goes back and forth costs little.
                    await DiskWork.RunAsync(() => folder.TakeBack(id, stored));
                    return false;
                }

                await DiskWork.RunAsync(() => folder.Acknowledge(id, last));
                if (_refused.Count == 0)
                {
                    alarms.Clear(GateAlarm.UploadRefused);
                }

                return true;
            }

            if (answer.Code is not ("PY1998" or "PY1008"))
            {
                alarms.Raise(GateAlarm.UploadRefused, $"issuing refuses the gate's scans: {answer.Code}");
            }

            if (answer.Code == "PY1001")
            {
                // It will not take this journal, of another merchant's days for example. The others go home; this one
                // stays on the disk and is tried again after the next start.
                _refused.Add(id);
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            // Issuing is away: that is what the journal is for.
        }

        return false;
    }

    // An issuing that says less of a journal than it said before was restored from a backup. One that has always said
    // as little has a gap that nothing here fills, and is not sent the same again: a fall needs a rise before it.
    private bool HasGoneBack(Guid journal, long told, out long stored)
    {
        stored = told;
        var before = _stored.TryGetValue(journal, out var known) ? known : folder.AcknowledgedOf(journal);
        _stored[journal] = told;
        return told < before;
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var woken = _wake.WaitAsync(waiting.Token);
        var ended = await Task.WhenAny(woken, Task.Delay(Idle, time, waiting.Token));
        await waiting.CancelAsync();
        if (ended == woken)
        {
            await PauseAsync(Gathering, stop);
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stop) =>
        await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }
}
