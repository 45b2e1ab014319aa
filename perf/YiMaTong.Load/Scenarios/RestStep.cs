using System.Text;
using YiMaTong.Codes.Returns;

namespace YiMaTong.Load.Scenarios;

/// <summary>
/// Requests over REST that were prepared beforehand. Signed ones (B.4) are sent once each: a repetition would be
/// answered from memory, or refused as a replay. Others (minting) go round.
/// </summary>
internal sealed class RestStep(string name, IReadOnlyList<byte[]> requests, bool once) : Step(name, "", 1)
{
    private static readonly byte[] Success = Encoding.ASCII.GetBytes($"\"{PyCodes.Success.Code}\"");
    private static readonly byte[] Busy = Encoding.ASCII.GetBytes($"\"{PyCodes.Busy.Code}\"");
    private static readonly byte[] TooMany = Encoding.ASCII.GetBytes($"\"{PyCodes.TooManyRequests.Code}\"");

    private int _next;

    /// <summary>Requests not sent yet.</summary>
    public int Left => once ? requests.Count - _next : int.MaxValue;

    public override bool TryNext(out int item, out ReadOnlyMemory<byte> body)
    {
        item = once ? _next : _next % requests.Count;
        body = item < requests.Count ? requests[item] : default;
        _next = item + 1;
        return item < requests.Count;
    }

    /// <summary>Starts anew: for a server that has not seen the requests.</summary>
    public void Rewind() => _next = 0;

    public override Verdict Judge(int item, ReadOnlySpan<byte> answer) =>
        answer.IndexOf(Success) >= 0 ? Verdict.Good
        : answer.IndexOf(Busy) >= 0 || answer.IndexOf(TooMany) >= 0 ? Verdict.Refused
        : Verdict.Wrong;
}
