using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Decode.Used;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Standard;

/// <summary>
/// Signed requests that were answered. The same request again gets the same answer within the retry grace and is a
/// replay (PY2004) for as long as its time would be accepted; while the first is being answered, the node is busy
/// (PY1998). Answers are kept apart from claims: they are a hundred times larger and needed for a hundredth of the
/// time; a restart forgets them, so that what was answered before is a replay at once. Thread-safe.
/// </summary>
internal sealed class RequestLedger
{
    private static readonly StandardAnswer Replay = new(PyCodes.Replayed);
    private static readonly StandardAnswer Busy = new(PyCodes.Busy);

    private readonly ExpiringClaims<RequestClaim> _claims;
    private readonly ExpiringClaims<StandardAnswer> _answers;
    private readonly TimeSpan _grace;
    private readonly TimeProvider _time;
    private readonly IUsedJournal _journal;

    /// <summary>Reads what was answered before this start.</summary>
    public RequestLedger(IOptions<DecodeOptions> options, TimeProvider time, UsedJournals journals)
    {
        var settings = options.Value;
        (_time, _journal) = (time, journals.Requests);
        _grace = TimeSpan.FromSeconds(settings.RetryGraceSeconds);
        _claims = new(
            time, TimeSpan.FromSeconds(2 * settings.RequestWindowSeconds), settings.RequestCapacity,
            static claim => claim.SignedAt);
        _answers = new(time, TimeSpan.FromSeconds(Math.Max(1, settings.RetryGraceSeconds)), settings.RequestCapacity);
        _claims.Forget(_journal.Restore(Take));
    }

    /// <summary>Answers a request that came before with the very same signature, before any key is used.</summary>
    /// <returns>Null where the request must be verified.</returns>
    public StandardAnswer? TryRepeat(UInt128 request, UInt128 signature) =>
        _claims.TryGet(request, out var claim) && claim.SignedBy(signature) && !claim.IsFree
            ? Repeat(request, claim)
            : null;

    /// <summary>Takes a verified request for answering.</summary>
    /// <param name="request">Digest of what was signed.</param>
    /// <param name="signature">Digest of the signature.</param>
    /// <param name="signedAt">When it was signed, as it says, in seconds of the Unix epoch.</param>
    /// <param name="claim">The right to answer; null where somebody else has it.</param>
    /// <returns>The answer for the caller without the right; meaningless beside a claim.</returns>
    public StandardAnswer Take(UInt128 request, UInt128 signature, uint signedAt, out RequestClaim? claim)
    {
        claim = new RequestClaim(signature, signedAt);
        switch (_claims.Claim(request, claim, out var held))
        {
            case ClaimStatus.Claimed:
                return Replay;
            case ClaimStatus.Held when held.TryTake():
                claim = held;
                return Replay;
            case ClaimStatus.Held:
                claim = null;
                return Repeat(request, held);
            case ClaimStatus.Full:
                claim = null;
                return Busy;
            default:
                // Signed before what the node remembers, though its clock, set back, calls it timely.
                claim = null;
                return new(PyCodes.TimeOutsideWindow);
        }
    }

    /// <summary>Notes the answer of a request that was taken.</summary>
    public void Put(UInt128 request, RequestClaim claim, StandardAnswer answer)
    {
        if (answer.IsTransient)
        {
            claim.Release();
            return;
        }

        _journal.Note(new(
            request, claim.Signature, 0, claim.SignedAt, _time.GetUtcNow().ToUnixTimeMilliseconds()));
        _ = _answers.Claim(request, answer, out _);
        claim.Answer(_time.GetTimestamp());
    }

    private bool Take(UsedRecord used)
    {
        var claim = new RequestClaim(used.By, used.MadeAt);
        claim.Answer(_time.GetTimestamp());
        return _claims.Claim(used.Key, claim, out _) != ClaimStatus.Full;
    }

    // Nothing is known yet of a request that is being answered: whoever repeats it has timed out or hedges, and is to
    // come again.
    private StandardAnswer Repeat(UInt128 request, RequestClaim claim) =>
        claim.AnsweredAt is not { } at ? Busy
        : _time.GetElapsedTime(at) <= _grace && _answers.TryGet(request, out var answer) ? answer
        : Replay;
}
