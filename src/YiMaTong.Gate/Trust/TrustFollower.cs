using System.Security.Cryptography;
using Grpc.Core;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Gate.Trust;

/// <summary>
/// Follows issuing's trust: one stream at a time, resumed with what is held. A line that ends, or brings nothing for
/// three times the beat of issuing, is opened anew at the next address, after a pause that grows from half a second to
/// half a minute and is drawn at random, since gates that lost their line together come back together.
/// </summary>
internal sealed class TrustFollower(
    TrustStore store, IReadOnlyList<TrustService.TrustServiceClient> issuing, TimeProvider time)
{
    private const int PauseMsMin = 500, PauseMsMax = 30_000;
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(45);

    private bool _heard;
    private Task _flushing = Task.CompletedTask;

    /// <summary>Whether issuing was heard over the line that is open now.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Follows until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var pauseMs = PauseMsMin;
        for (var next = 0; issuing.Count > 0 && !stop.IsCancellationRequested; next++)
        {
            _heard = false;
            var askAgain = await FollowAsync(issuing[next % issuing.Count], stop);
            IsConnected = false;

            // Asking anew at once is for a line that works; one that always asks anew still pauses.
            pauseMs = _heard && !askAgain ? PauseMsMin : Math.Min(PauseMsMax, pauseMs * 2);
            next -= askAgain ? 1 : 0;
            var drawnMs = pauseMs / 2 + RandomNumberGenerator.GetInt32(pauseMs);
            drawnMs = askAgain && pauseMs <= 4 * PauseMsMin ? 0 : drawnMs;
            await Task.Delay(TimeSpan.FromMilliseconds(drawnMs), time, stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

#pragma warning disable VSTHRD003 // It has a thread of its own.
        await _flushing;
#pragma warning restore VSTHRD003
    }

    private async Task<bool> FollowAsync(TrustService.TrustServiceClient client, CancellationToken stop)
    {
        try
        {
            using var silence = new CancellationTokenSource(SilenceMax, time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
            using var call = client.WatchTrust(
                new WatchTrustRequest { Held = store.Held() }, cancellationToken: ended.Token);
            while (await call.ResponseStream.MoveNext(ended.Token))
            {
                silence.CancelAfter(SilenceMax);
                (_heard, IsConnected) = (true, true);
                var askAgain = store.TakeIn(call.ResponseStream.Current.Update ?? new TrustUpdate());
                _flushing = store.FlushLater();
                if (askAgain)
                {
                    return true;
                }
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            // A line that broke is opened anew; how old what is held is shows in the store's age.
        }

        return false;
    }
}
