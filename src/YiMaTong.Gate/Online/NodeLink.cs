using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Gate.Online;

/// <summary>
/// One node: its connection and the gate's session there. Thread-safe. A session is opened by the first scan that
/// lacks one, and again when the node does not know it any more, as after its restart.
/// </summary>
internal sealed class NodeLink : IDisposable
{
    private const string Success = "PY0000";
    private const string UnknownSession = "PY1002";
    private const int TriesMax = 4;

    private readonly SessionRequests _requests;
    private readonly TimeProvider _time;
    private readonly GrpcChannel _channel;
    private readonly DecodeService.DecodeServiceClient _client;
    private readonly Lock _opening = new();
    private Task<OpenSessionResponse>? _opened;
    private long _openedAt;
    private int _lifeSeconds;

    public NodeLink(Uri address, SessionRequests requests, TimeProvider time)
    {
        Address = address;
        Health = new(time);
        _requests = requests;
        _time = time;
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                // With one of our own the channel keeps no state of the connection. Its own would refuse calls for a
                // pause after each failure, and could wait for a connection that nobody makes any more.
                ConnectCallback = ConnectAsync,
                ConnectTimeout = TimeSpan.FromSeconds(2),
                EnableMultipleHttp2Connections = true,
                KeepAlivePingDelay = TimeSpan.FromSeconds(1),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(1),
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            },
        });
        _client = new(_channel);
    }

    /// <summary>Where the node is.</summary>
    public Uri Address { get; }

    /// <summary>How it did lately.</summary>
    public NodeHealth Health { get; }

    /// <summary>Asks the node.</summary>
    /// <param name="request">The scan; its session is set on a copy.</param>
    /// <param name="deadline">When the answer is of no use any more.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>
    /// The answer, or a refusal to open a session in the form of an answer; null where none came, with the reason.
    /// </returns>
    public async Task<(DecodeResponse? Answer, string? Failure)> AskAsync(
        DecodeRequest request, DateTime deadline, CancellationToken cancellation)
    {
        try
        {
            var answer = await WithSessionAsync(request, deadline, cancellation);
            if (OnlineGate.CannotTell(answer.Code))
            {
                Health.Failed();
            }
            else
            {
                Health.Succeeded();
            }

            return (answer, null);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            // A call that the gate gave up because another node was faster says nothing about this one.
            if (!cancellation.IsCancellationRequested)
            {
                Health.Failed();
            }

            return (null, e is RpcException rpc ? $"{rpc.StatusCode}: {rpc.Status.Detail}" : "given up");
        }
    }

    /// <summary>Opens the session where there is none.</summary>
    /// <returns>What the node said; null where it said nothing.</returns>
    public async Task<string?> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            var opening = Session();
            var opened = await opening.WaitAsync(cancellation);
            if (opened.Code != Success)
            {
                // A refusal is not kept: the next scan asks anew.
                Forget(opening);
            }

            return opened.Code;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>
    /// Asks whether the node would answer scans: by a batch without session and scans, which costs no signature and
    /// reaches no record. A node that is loading says PY2018, one that serves PY1002.
    /// </summary>
    public async Task<bool> ProbeAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await _client.DecodeBatchAsync(new DecodeBatchRequest(), cancellationToken: cancellation);
            return !OnlineGate.CannotTell(answer.Code);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>
    /// Finds out in the background whether a node answers that is paused or stands by, and has its session at hand by
    /// then: after its restart the node knows none, and a scan would pay for another. A process answers its first calls
    /// slowest, so a node that failed or was restarted is asked about the scan that is under way too: it decides as if
    /// asked by the race. Never throws.
    /// </summary>
    /// <param name="scan">That scan.</param>
    /// <param name="patience">A slower answer is none.</param>
    /// <param name="cancellation">Ends the asking.</param>
    public async Task ReviveAsync(DecodeRequest scan, TimeSpan patience, CancellationToken cancellation)
    {
        var (answered, isNew) = (false, Health.HasFailed);
        try
        {
            for (var tries = 0; tries < TriesMax && !answered; tries++)
            {
                (answered, var forgot) = await AnswersAsync(isNew ? scan : null, patience, cancellation);
                answered &= isNew || !forgot;
                isNew |= forgot;
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            // It is probed again after a longer pause.
        }
        finally
        {
            if (answered && isNew)
            {
                Health.Succeeded();
            }

            Health.EndProbe(answered);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();

    /// <summary>Asks once: whether it answers in time, and whether it has forgotten a session.</summary>
    private async Task<(bool Answers, bool Forgot)> AnswersAsync(
        DecodeRequest? scan, TimeSpan patience, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        var probed = await _client.DecodeBatchAsync(
            new DecodeBatchRequest { Session = HeldSession(out var opened) }, cancellationToken: cancellation);
        var took = _time.GetElapsedTime(started);
        var forgot = probed.Code == UnknownSession && opened is not null;
        if (OnlineGate.CannotTell(probed.Code))
        {
            return (false, forgot);
        }

        if (probed.Code == UnknownSession)
        {
            Forget(opened);
            if (await OpenAsync(cancellation) != Success)
            {
                return (false, forgot);
            }
        }

        if (scan is null)
        {
            return (took <= patience, forgot);
        }

        started = _time.GetTimestamp();
        var answer = await WithSessionAsync(scan, deadline: null, cancellation);
        var isInTime = took <= patience && _time.GetElapsedTime(started) <= patience;
        return (isInTime && !OnlineGate.CannotTell(answer.Code), forgot);
    }

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<DecodeResponse> WithSessionAsync(
        DecodeRequest request, DateTime? deadline, CancellationToken cancellation)
    {
        var own = request.Clone();
        for (var last = false; ; last = true)
        {
            var opening = Session();
            var opened = await opening.WaitAsync(cancellation);
            if (opened.Code != Success)
            {
                Forget(opening);
                return new() { Code = opened.Code, Msg = opened.Msg, ScanId = request.ScanId };
            }

            own.Session = opened.Session;
            var answer = await _client.DecodeAsync(own, deadline: deadline, cancellationToken: cancellation);
            if (answer.Code != UnknownSession || last)
            {
                return answer;
            }

            Forget(opening);
        }
    }

    /// <summary>The session, opened by whoever comes first; renewed before its end.</summary>
    private Task<OpenSessionResponse> Session()
    {
        lock (_opening)
        {
            if (_opened is null or { IsFaulted: true } or { IsCanceled: true } || IsOld())
            {
                _opened = RequestAsync();
            }

            return _opened;
        }
    }

    // The opening outlives the scan that began it: others wait for it, and the next scan needs it.
    private async Task<OpenSessionResponse> RequestAsync()
    {
        var response = await _client.OpenSessionAsync(
            _requests.Next(), deadline: _time.GetUtcNow().UtcDateTime.AddSeconds(5)).ConfigureAwait(false);
        lock (_opening)
        {
            _openedAt = _time.GetTimestamp();
            _lifeSeconds = response.ExpiresIn;
        }

        return response;
    }

    private bool IsOld() =>
        _opened!.IsCompleted && _time.GetElapsedTime(_openedAt).TotalSeconds > 0.9 * _lifeSeconds;

    private ByteString HeldSession(out Task<OpenSessionResponse>? opened)
    {
        lock (_opening)
        {
            opened = _opened;
#pragma warning disable VSTHRD002, VSTHRD104 // It has ended.
            return opened is { IsCompletedSuccessfully: true } ? opened.Result.Session : ByteString.Empty;
#pragma warning restore VSTHRD002, VSTHRD104
        }
    }

    private void Forget(Task<OpenSessionResponse>? opening)
    {
        lock (_opening)
        {
            if (ReferenceEquals(_opened, opening))
            {
                _opened = null;
            }
        }
    }
}
