using System.Buffers;
using System.Text;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Requests;

namespace YiMaTong.Decode.Marshalling;

/// <summary>
/// A call's request and, once it is handled, its answer: one object that is used again and again, so that a scan makes
/// no garbage. Invariants: it belongs to one call from <see cref="Take"/> to <see cref="GiveBack"/>, whoever holds it
/// touches it alone, and nobody touches it afterwards. One whose call breaks off is not given back but left to the
/// collector.
/// </summary>
internal sealed class GateCall
{
    // Larger buffers than this are not kept: they came of a rare message.
    private const int KeptBytesMax = 128 * 1024;

    private readonly char[] _text = new char[FieldLimits.CodeMax];
    private byte[] _bytes;
    private ScanSlice[] _scans;
    private bool _taken;

    /// <summary>Makes an object with room.</summary>
    /// <param name="bytes">Room for a request, in bytes; grows.</param>
    /// <param name="scans">Room for scans; grows up to the most that a message may have.</param>
    public GateCall(int bytes, int scans)
    {
        _bytes = new byte[bytes];
        _scans = new ScanSlice[scans];
        Answer = new(2 * bytes);
        Done = Task.FromResult(this);
    }

    /// <summary>The session's token; empty where none was sent.</summary>
    public ReadOnlySpan<byte> Session => Bytes(SessionAt);

    /// <summary>Scans that were sent; those beyond the most that a message may have are counted, not kept.</summary>
    public int ScanCount { get; private set; }

    /// <summary>Whether the bytes are no message.</summary>
    public bool Malformed { get; private set; }

    /// <summary>The answer.</summary>
    public AnswerBuffer Answer { get; }

    /// <summary>Codes that the answer uses up, where it may yet be refused.</summary>
    public List<CodeUse> Uses { get; } = [];

    /// <summary>A task that is completed with this call.</summary>
    public Task<GateCall> Done { get; }

    // Fields rather than properties: the reader fills them by reference.
    internal Slice SessionAt;
    internal ulong MinRevision;

    /// <summary>Milliseconds after which a message that is refused may come again; 0 for no hint.</summary>
    internal uint RetryAfterMs;

    /// <summary>Begins a call.</summary>
    public void Take(ReadOnlySequence<byte> message, ReadMessage read)
    {
        if (_taken)
        {
            throw new InvalidOperationException("The object belongs to another call.");
        }

        _taken = true;
        var length = (int)message.Length;
        if (_bytes.Length < length)
        {
            _bytes = new byte[Math.Max(length, 2 * _bytes.Length)];
        }

        // The caller's bytes are gone when the call is handled.
        message.CopyTo(_bytes);
        Malformed = !read(_bytes.AsSpan(0, length), this);
        if (Malformed)
        {
            Forget();
        }
    }

    /// <summary>Ends the call: its answer is on its way.</summary>
    /// <returns>Whether the object may be kept for another call.</returns>
    public bool GiveBack()
    {
        if (!_taken)
        {
            throw new InvalidOperationException("The call has ended already.");
        }

        _taken = false;
        Malformed = false;
        Forget();
        Answer.Clear();
        return _bytes.Length <= KeptBytesMax && Answer.Capacity <= KeptBytesMax;
    }

    /// <summary>Adds a scan that was read.</summary>
    public void Add(in ScanSlice scan)
    {
        if (ScanCount < FieldLimits.ScansMax)
        {
            if (ScanCount == _scans.Length)
            {
                Array.Resize(ref _scans, Math.Min(2 * _scans.Length, FieldLimits.ScansMax));
            }

            _scans[ScanCount] = scan;
        }

        ScanCount++;
    }

    /// <summary>The scan of a number from 0; a scan of nothing where there is none.</summary>
    public ref readonly ScanSlice Scan(int number) => ref _scans[number];

    /// <summary>The bytes of a slice.</summary>
    public ReadOnlySpan<byte> Bytes(Slice slice) => _bytes.AsSpan(slice.At, slice.Length);

    /// <summary>The text of a code; empty where it is not ASCII, as no code is. Valid until the next.</summary>
    public ReadOnlySpan<char> Text(Slice code) =>
        Ascii.ToUtf16(Bytes(code), _text, out var written) == OperationStatus.Done ? _text.AsSpan(0, written) : default;

    private void Forget()
    {
        SessionAt = default;
        MinRevision = 0;
        RetryAfterMs = 0;
        ScanCount = 0;
        _scans[0] = default;
        Uses.Clear();
    }
}

/// <summary>Reads a message into a call; false where the bytes are none.</summary>
internal delegate bool ReadMessage(ReadOnlySpan<byte> bytes, GateCall call);
