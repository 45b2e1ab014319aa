using System.Security.Cryptography;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Gate.Online;

/// <summary>
/// Asks decode nodes for one gate. A scan goes to the most preferred node that did well lately; a failure sends it on
/// at once, silence after <see cref="GateOptions.HedgeAfterMs"/>, and the first decision wins. All tries carry one
/// scan id, so a node that was asked twice decides once. A node that failed, or was silent for that long, is asked last
/// until it answers a probe in the background. Thread-safe.
/// </summary>
public sealed class OnlineGate : IDisposable, INodes
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(1);

    private readonly SessionRequests _requests;
    private readonly NodeLink[] _links;
    private readonly TimeSpan _deadline;
    private readonly TimeSpan _hedgeAfter;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closed = new();
    private long _answeredAt;

    /// <summary>Makes a gate; nothing is connected before the first scan.</summary>
    /// <exception cref="ArgumentException">A setting is wrong; the message holds every one that is.</exception>
    public OnlineGate(GateOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = string.Join("; ", options.Validate());
        if (problems.Length > 0)
        {
            throw new ArgumentException(problems, nameof(options));
        }

        _time = time;
        _requests = new(options, time);
        _links = [.. options.Nodes.Select(node => new NodeLink(node, _requests, time))];
        _deadline = TimeSpan.FromMilliseconds(options.DeadlineMs);
        _hedgeAfter = TimeSpan.FromMilliseconds(options.HedgeAfterMs);
        _answeredAt = time.GetTimestamp();
    }

    /// <summary>Time since any node answered, or since the gate was made.</summary>
    public TimeSpan SinceAnswer => _time.GetElapsedTime(Volatile.Read(ref _answeredAt));

    /// <summary>Asks about one code.</summary>
    /// <param name="code">The text that the scanner read, at most 512 characters.</param>
    /// <param name="fields">Fields asked for beyond the decision and the tags' numbers.</param>
    /// <param name="cancellation">Ends the scan.</param>
    /// <returns>The answer, within the deadline; never an exception for what nodes or networks do.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<OnlineAnswer> ScanAsync(
        string code, IEnumerable<DecodeField>? fields = null, CancellationToken cancellation = default)
    {
        var request = new DecodeRequest { Qrcode = code };
        request.Fields.AddRange(fields ?? []);
        return ScanAsync(request, cancellation);
    }

    /// <summary>Asks about one code, with all that a request may say.</summary>
    /// <param name="request">
    /// The scan, not altered by anybody meanwhile; its session is the gate's affair. A scan id that was asked before is
    /// the same scan, and gets the same answer; where there is none, the gate draws one.
    /// </param>
    /// <param name="cancellation">Ends the scan.</param>
    /// <returns>The answer, within the deadline; never an exception for what nodes or networks do.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<OnlineAnswer> ScanAsync(DecodeRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.ScanId.Length == 0)
        {
            request = new DecodeRequest(request) { ScanId = RandomNumberGenerator.GetHexString(32, lowercase: true) };
        }

        using var limit = new CancellationTokenSource(_deadline, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var race = new ScanRace(request, () => InOrder(request), _deadline, _hedgeAfter, _time, stop.Token);
        var answer = await race.RunAsync();
        cancellation.ThrowIfCancellationRequested();
        if (answer.IsAnswered)
        {
            Volatile.Write(ref _answeredAt, _time.GetTimestamp());
        }

        // What lost the race is not waited for.
        await stop.CancelAsync();
        return answer;
    }

    /// <summary>
    /// Opens the gate's session at every node that has none, so that no scan waits for it. Not needed: the first scan
    /// has it done.
    /// </summary>
    /// <param name="cancellation">Ends the opening.</param>
    /// <returns>
    /// PY0000 where one node has the session by now; else what a node said last, or PY1998 where none answered within a
    /// second.
    /// </returns>
    public async Task<string> OpenAsync(CancellationToken cancellation = default)
    {
        using var limit = new CancellationTokenSource(ProbeLimit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var said = await Task.WhenAll(_links.Select(link => link.OpenAsync(stop.Token)));
        return said.FirstOrDefault(code => code == "PY0000") ?? said.OfType<string>().LastOrDefault() ?? "PY1998";
    }

    /// <summary>Asks all nodes at once whether they would answer scans; the first that would is enough.</summary>
    /// <param name="cancellation">Ends the asking: then no node would.</param>
    /// <returns>Whether one would, found out within the deadline of a scan, or a second where that is less.</returns>
    public async Task<bool> ProbeAsync(CancellationToken cancellation = default)
    {
        using var limit = new CancellationTokenSource(_deadline > ProbeLimit ? _deadline : ProbeLimit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        await foreach (var call in Task.WhenEach(_links.Select(link => link.ProbeAsync(stop.Token))))
        {
            if (await call)
            {
                await stop.CancelAsync();
                return true;
            }
        }

        return false;
    }

    Task<OnlineAnswer> INodes.ScanAsync(
        string code, IEnumerable<DecodeField>? fields, CancellationToken cancellation) =>
        ScanAsync(code, fields, cancellation);

    /// <summary>Whether a node's answer means that it cannot tell for now; another, or the gate, must.</summary>
    internal static bool CannotTell(string code) => code is "PY1998" or "PY1999" or "PY2018";

    /// <summary>Whether an answer blames the scan itself: every node would answer alike, and is well.</summary>
    internal static bool IsScansFault(string code) => code is "PY1001" or "PY2015";

    /// <inheritdoc />
    public void Dispose()
    {
        _closed.Cancel();
        foreach (var link in _links)
        {
            link.Dispose();
        }

        _requests.Dispose();
        _closed.Dispose();
    }

    private List<NodeLink> InOrder(DecodeRequest scan)
    {
        foreach (var link in _links.Where(link => link.Health.TryBeginProbe()))
        {
            _ = ReviveAsync(link, scan);
        }

        return [.. _links.OrderBy(link => link.Health.IsPaused)];
    }

    private async Task ReviveAsync(NodeLink link, DecodeRequest scan)
    {
        using var limit = new CancellationTokenSource(ProbeLimit, _time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closed.Token);
        await link.ReviveAsync(scan, _hedgeAfter, ended.Token);
    }
}
