using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using YiMaTong.Contracts.Audit.V1;
using YiMaTong.Decode.Feed;

namespace YiMaTong.Decode.Decisions;

/// <summary>
/// Brings the journal to issuing, in order and at least once, for as long as the process lives. What issuing has
/// acknowledged is deleted here; while it does not answer, records stay on the disk.
/// </summary>
internal sealed class DecisionShipper(
    IDecisionSink sink,
    IOptions<DecisionOptions> options,
    IOptions<DecodeOptions> decode,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<DecisionShipper> logger) : BackgroundService
{
    // Of one processor, for reading what is to be shipped: what has waited since an outage goes home beside the scans,
    // and not before them.
    private const int CorePercent = 20;

    private static readonly TimeSpan CallMax = TimeSpan.FromSeconds(10);

    private readonly FeedOptions _feed = decode.Value.Feed;
    private readonly Method<DecisionBatch, AppendDecisionsResponse> _append =
        DecisionBatch.Append(Encoding.UTF8.GetBytes(options.Value.NodeId));
    private readonly TimeSpan _pause = TimeSpan.FromMilliseconds(options.Value.ShipMs);
    private readonly Backoff _backoff = new(decode.Value.Feed.BackoffMinMs, decode.Value.Feed.BackoffMaxMs);
    private long _interruptedAt;
    private volatile bool _interrupted;

    /// <summary>Whether issuing did not take the last batch.</summary>
    public bool Interrupted => _interrupted;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (sink is not DecisionJournal journal)
        {
            return;
        }

        await Started(stoppingToken);
        using var channel = GrpcChannel.ForAddress(_feed.Address, new GrpcChannelOptions { DisposeHttpClient = true });
        using var reader = new JournalReader(
            journal, logger, new(time, CorePercent, due => stoppingToken.WaitHandle.WaitOne(due)));
        var client = channel.CreateCallInvoker();
        while (!stoppingToken.IsCancellationRequested)
        {
            journal.TellHang();
            var delay = await Ship(client, journal, reader, stoppingToken);
            await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ships one batch.</summary>
    /// <returns>How long to wait before the next.</returns>
    private async Task<TimeSpan> Ship(
        CallInvoker client, DecisionJournal journal, JournalReader reader, CancellationToken stopping)
    {
        try
        {
            if (await OwnThread.RunAside(reader.Next) is not { } batch)
            {
                return _pause;
            }

            using var call = client.AsyncUnaryCall(
                _append, null, new(Token(), time.GetUtcNow().UtcDateTime + CallMax, stopping), batch);
            var answer = await call;
            if (answer.StoredSequence != (ulong)batch.LastSequence)
            {
                return Interrupt(journal, $"issuing acknowledged {answer.StoredSequence}, not {batch.LastSequence}");
            }

            reader.Accept();
            Resume();
            return batch.Count < JournalReader.BatchMax ? _pause : TimeSpan.Zero;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested && CauseOf(e) is { } cause)
        {
            return Interrupt(journal, cause);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            DecisionLog.Failed(logger, e, "shipping");
            return _backoff.Next();
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException)
        {
            return TimeSpan.Zero;
        }
    }

    private TimeSpan Interrupt(DecisionJournal journal, string cause)
    {
        if (!_interrupted)
        {
            _interrupted = true;
            _interruptedAt = time.GetTimestamp();
            DecisionLog.ShippingInterrupted(logger, journal.Folder.Bytes / (1024 * 1024), cause);
        }

        return _backoff.Next();
    }

    private void Resume()
    {
        _backoff.Reset();
        if (_interrupted)
        {
            _interrupted = false;
            DecisionLog.ShippingAgain(logger, (long)time.GetElapsedTime(_interruptedAt).TotalMilliseconds);
        }
    }

    private Metadata Token() => new() { { "authorization", $"Bearer {File.ReadAllText(_feed.TokenFile).Trim()}" } };

    // In one process with issuing, it can be called once the server listens.
    private async Task Started(CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>What to log of a failure that comes from outside; null for one that is the node's own.</summary>
    private static string? CauseOf(Exception exception) => exception switch
    {
        RpcException rpc => $"{rpc.StatusCode}: {rpc.Status.Detail}",
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException =>
            "the token file or the journal is unreadable",
        IOException => "the token file or the journal cannot be read",
        _ => null,
    };
}
