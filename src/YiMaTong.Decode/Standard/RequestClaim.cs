namespace YiMaTong.Decode.Standard;

/// <summary>
/// The right to answer a signed request. Held by one caller at a time: pending while it works, then answered for
/// good, or open to whoever retries where the answer was transient. Thread-safe.
/// </summary>
/// <param name="signature">Digest of the signature that came with the request.</param>
/// <param name="signedAt">When the request was signed, as it says, in seconds of the Unix epoch.</param>
internal sealed class RequestClaim(UInt128 signature, uint signedAt)
{
    private const int Pending = 0;
    private const int Answered = 1;
    private const int Free = 2;

    private long _answeredAt;
    private int _state;

    /// <summary>Digest of the signature that was verified for this claim.</summary>
    public UInt128 Signature => signature;

    /// <summary>When the request was signed, as it says, in seconds of the Unix epoch.</summary>
    public uint SignedAt => signedAt;

    /// <summary>Whether the claim waits for a retry to take it.</summary>
    public bool IsFree => Volatile.Read(ref _state) == Free;

    /// <summary>Whether a request came with the signature that was verified for this claim.</summary>
    public bool SignedBy(UInt128 digest) => signature == digest;

    /// <summary>When the request was answered, as a monotonic timestamp; null where it is not.</summary>
    public long? AnsweredAt => Volatile.Read(ref _state) == Answered ? Volatile.Read(ref _answeredAt) : null;

    /// <summary>Takes a free claim; of many callers one gets it.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Pending, Free) == Free;

    /// <summary>Ends the work with an answer that stands.</summary>
    public void Answer(long at)
    {
        Volatile.Write(ref _answeredAt, at);
        Volatile.Write(ref _state, Answered);
    }

    /// <summary>Ends the work without one.</summary>
    public void Release() => Volatile.Write(ref _state, Free);
}
