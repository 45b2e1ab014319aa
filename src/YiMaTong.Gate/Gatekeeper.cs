using Grpc.Net.Client;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Storage;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Alarms;
using YiMaTong.Gate.Journal;
using YiMaTong.Gate.Offline;
using YiMaTong.Gate.Online;
using YiMaTong.Gate.Trust;
using YiMaTong.Gate.Uses;

namespace YiMaTong.Gate;

/// <summary>
/// One gate with all that it needs: asks the nodes where it can, decides alone where it must, and brings home what it
/// decided. Thread-safe.
/// <para>An emergency code is verified here, also while nodes answer. Any other goes to the nodes; while none can be
/// reached an entry answers PY1998 ("use the emergency code") at once, and an exit lets pass. While anything is out of
/// order an exit lets pass whom a node refuses, too: whoever is inside may have no way to a code that counts.</para>
/// </summary>
public sealed class Gatekeeper : IAsyncDisposable
{
    private readonly OfflineOptions _offline;
    private readonly TimeProvider _time;
    private readonly INodes _nodes;
    private readonly CutOff _line;
    private readonly TrustStore _trust;
    private readonly TrustFollower _follower;
    private readonly UsedCodes _uses;
    private readonly JournalFolder _folder;
    private readonly ScanJournal _journal;
    private readonly LocalJudge _judge;
    private readonly List<IDisposable> _owned = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;
    private readonly Task _running;
    private int _isStopped;

    private Gatekeeper(
        GateOptions options, OfflineOptions offline, INodes? nodes, TimeProvider time, SyncFolder? sync)
    {
        (_offline, _time, Alarms) = (offline, time, new GateAlarms(time));
        var journalFolder = Path.Combine(offline.DataFolder, "journal");
        Directory.CreateDirectory(journalFolder);

        // Two processes on one folder would write over each other.
        Own(new FileStream(
            Path.Combine(offline.DataFolder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        try
        {
            _trust = new TrustStore(
                Path.Combine(offline.DataFolder, "trust"), RootKeys.Read(offline.RootKeysPem), Policy(), Alarms, time);
            _uses = new UsedCodes(offline.UsesMax, Alarms, time);
            _folder = new JournalFolder(journalFolder, Alarms);
            Remember();
            _judge = new LocalJudge(offline, _trust, _uses, time);
            _nodes = nodes ?? Own(new OnlineGate(options, time));
            _line = Own(new CutOff(
                _nodes, TimeSpan.FromSeconds(offline.CutOffSeconds), TimeSpan.FromSeconds(offline.ProbeSeconds), time));
            var channels = offline.Issuing.Select(address => Own(Channel(address))).ToList();
            var requests = Own(new SessionRequests(options, time));
            _follower = new TrustFollower(
                _trust, [.. channels.Select(channel => new TrustService.TrustServiceClient(channel))], time);
            var patience = TimeSpan.FromMilliseconds(offline.JournalWaitMs);
            _journal = new ScanJournal(_folder, (long)offline.JournalMiB << 20, patience, Alarms, time, sync);
            var uploader = Own(new ScanUploader(
                _folder,
                _journal,
                requests,
                [.. channels.Select(channel => new OfflineScanService.OfflineScanServiceClient(channel))],
                Alarms,
                time));
            _following = Task.Run(() => _follower.RunAsync(_stop.Token));
            _running = Task.WhenAll(
                Task.Run(() => _line.RunAsync(_stop.Token)),
                _following,
                Task.Run(() => uploader.RunAsync(_stop.Token)));
        }
        catch
        {
            // The folder is free for the next try.
            Free();
            throw;
        }
    }

    /// <summary>What an operator has to look at.</summary>
    public GateAlarms Alarms { get; }

    /// <summary>Opens a gate: at once, whatever can be reached, from what its folder holds.</summary>
    /// <exception cref="ArgumentException">A setting is wrong; the message holds every one that is.</exception>
    /// <exception cref="IOException">The data folder cannot be used, or another process uses it.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static Gatekeeper Open(GateOptions options, OfflineOptions offline, TimeProvider time) =>
        Open(options, offline, null, time);

    internal static Gatekeeper Open(
        GateOptions options, OfflineOptions offline, INodes? nodes, TimeProvider time, SyncFolder? sync = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(offline);
        ArgumentNullException.ThrowIfNull(time);
        var problems = string.Join("; ", options.Validate().Concat(offline.Validate()));
        return problems.Length == 0
            ? new Gatekeeper(options, offline, nodes, time, sync)
            : throw new ArgumentException(problems, nameof(options));
    }

    /// <summary>Answers one scan.</summary>
    /// <param name="code">What the scanner read.</param>
    /// <param name="fields">Fields asked for beyond the decision and the tags' numbers; online alone has them.</param>
    /// <param name="cancellation">Ends a scan that asks nodes; one that the gate decides alone is not ended.</param>
    /// <returns>An answer, within the deadline; never an exception for what codes, nodes or disks do.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<GateAnswer> ScanAsync(
        string code, IEnumerable<DecodeField>? fields = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (code.StartsWith(LocalJudge.EmergencyPrefix, StringComparison.Ordinal))
        {
            return await RecordAsync(_judge.Emergency(code, _line.IsCutOff || IsIssuingSilent, _line.IsDown));
        }

        if (_line.IsDown)
        {
            return await RecordAsync(_judge.Unopened(code, PyCodes.Busy, scanId: null, isOutage: true));
        }

        var online = await _nodes.ScanAsync(code, fields, cancellation);
        _line.Note(online);
        var isOutage = !online.IsAnswered || _line.IsCutOff || IsIssuingSilent || _judge.IsDeclared;
        if (online.IsDecided && (online.Permits || !isOutage || !_judge.PassesRefused))
        {
            return GateAnswer.Of(online.ScanId, online.Response!);
        }

        // A yes without a decision is none.
        var said = PyCodes.All.FirstOrDefault(
            known => known != PyCodes.Success && known.Code == online.Response?.Code) ?? PyCodes.Busy;
        return await RecordAsync(_judge.Unopened(code, said, online.ScanId, isOutage));
    }

    /// <summary>Waits until it is known whether nodes can be reached; a probe takes a second at most.</summary>
    public Task ProbedAsync(CancellationToken cancellation = default) => _line.ProbedAsync(cancellation);

    /// <summary>How the gate is.</summary>
    public GateStatus Status()
    {
        var state = _trust.Current;
        return new GateStatus(
            _line.IsDown,
            _line.IsCutOff,
            IsIssuingSilent,
            _line.SinceAnswer,
            _judge.IsDeclared,
            _follower.IsConnected,
            _trust.Age,
            state.Keys.Revision,
            state.Catalogue.RegistryRevision,
            TimeSpan.FromMilliseconds(_trust.Clock.OffsetMs),
            _uses.Count,
            _folder.Waiting(),
            _journal.Lost,
            Alarms.Standing);
    }

    /// <summary>
    /// Stops; what was answered is on the disk, or counted as lost where the disk refuses. A disk that hangs is waited
    /// for <see cref="OfflineOptions.StopMs"/>. Then <see cref="GateAlarm.StoppedUnwritten"/> tells what it may lack;
    /// what waits is still written where the disk goes on before the process ends, and until then nobody else can open
    /// the folder. A second call does nothing.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isStopped, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync();
        var ending = EndAsync();
        var limit = TimeSpan.FromMilliseconds(_offline.StopMs);
        await ending.WaitAsync(limit, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!ending.IsCompleted)
        {
            var trust = _following.IsCompleted ? "" : "; what issuing said last may not be stored";
            Alarms.Raise(
                GateAlarm.StoppedUnwritten,
                $"the disk hangs {_offline.StopMs} ms after the stop; scans that may not be in the journal: "
                + $"{_journal.Unwritten}{trust}");
        }

        if (ending.IsCompleted)
        {
            // It may have ended just before the alarm was raised.
            Alarms.Clear(GateAlarm.StoppedUnwritten);
            await ending;
        }
    }

    /// <summary>The journal of this run, for tests.</summary>
    internal ScanJournal Journal => _journal;

    // What the disk still has in hand uses the folder: that is freed only afterwards.
    private async Task EndAsync()
    {
        try
        {
#pragma warning disable VSTHRD003 // The gate itself started it, on threads of the pool.
            await Task.WhenAll(_running, _journal.DisposeAsync().AsTask());
#pragma warning restore VSTHRD003
        }
        finally
        {
            Alarms.Clear(GateAlarm.StoppedUnwritten);
            Free();
            _stop.Dispose();
        }
    }

    private void Free()
    {
        _owned.Reverse();
        _owned.ForEach(owned => owned.Dispose());
    }

    // Issuing says something every 15 s. A start gives it the whole time anew, or a gate would take emergency codes on
    // each morning until its line is open.
    private bool IsIssuingSilent => _offline is { IssuingSilenceSeconds: > 0, Issuing.Count: > 0 }
        && _trust.Clock.Silence.TotalSeconds >= _offline.IssuingSilenceSeconds;

    private async Task<GateAnswer> RecordAsync(Verdict verdict)
    {
        if (_offline.DurableJournal)
        {
            return verdict.Answer with { IsRecorded = await _journal.AppendAsync(verdict.Scan) };
        }

        var written = _journal.Append(verdict.Scan);
        return verdict.Answer with { IsRecorded = written.IsCompleted && await written };
    }

    private void Remember()
    {
        foreach (var scan in _folder.All())
        {
            if (ScanIds.UsedBy(scan.Scan) is { } id)
            {
                _uses.Restore(id);
            }
        }
    }

    private EmergencyPolicy Policy() => new()
    {
        Region = _offline.RegionCode,
        SkewSeconds = _offline.SkewSeconds,
        ShowingLifeSeconds = _offline.ShowingLifeSeconds,
        AcceptUnknownStatus = _offline.Policy.AcceptUnknownStatus,
    };

    private static GrpcChannel Channel(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        MaxReceiveMessageSize = 64 << 20,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        },
    });

    private T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }
}
