using System.Text;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Perf;

namespace YiMaTong.Load.Scenarios;

/// <summary>
/// Judges answers: the code of each, byte by byte, and of one in 256 the tags too. Not thread-safe.
/// </summary>
/// <param name="city">The city.</param>
/// <param name="checkTags">
/// Whether tags are looked at; a handler with one answer for all cannot be right in them.
/// </param>
internal sealed class Answers(City city, bool checkTags = true)
{
    private const int CodeAt = 2;
    private const int CodeLength = 6;
    private const int TagsEvery = 256;

    private static readonly byte[] Success = Encoding.ASCII.GetBytes(PyCodes.Success.Code);
    private static readonly byte[] NoSuchCode = Encoding.ASCII.GetBytes(PyCodes.NoSuchCode.Code);
    private static readonly byte[] Busy = Encoding.ASCII.GetBytes(PyCodes.Busy.Code);

    private int _answers;

    /// <summary>Judges a DecodeResponse about a citizen.</summary>
    public Verdict Judge(int citizen, ReadOnlySpan<byte> answer)
    {
        var code = CodeOf(answer);
        var expected = citizen < city.Subjects ? Success : NoSuchCode;
        return code.SequenceEqual(expected) ? TagsRight(citizen, answer) ? Verdict.Good : Verdict.Wrong
            : code.SequenceEqual(Busy) ? Verdict.Refused
            : Verdict.Wrong;
    }

    /// <summary>The PY code with which a message begins; empty where it begins otherwise.</summary>
    public static ReadOnlySpan<byte> CodeOf(ReadOnlySpan<byte> answer) =>
        answer.Length >= CodeAt + CodeLength && answer[0] == 0x0A && answer[1] == CodeLength
            ? answer.Slice(CodeAt, CodeLength)
            : default;

    /// <summary>Whether a batch's envelope says that it was answered.</summary>
    public static Verdict Envelope(ReadOnlySpan<byte> answer)
    {
        var code = CodeOf(answer);
        return code.SequenceEqual(Success) ? Verdict.Good : code.SequenceEqual(Busy) ? Verdict.Refused : Verdict.Wrong;
    }

    private bool TagsRight(int citizen, ReadOnlySpan<byte> answer)
    {
        if (!checkTags || citizen >= city.Subjects || ++_answers % TagsEvery != 0)
        {
            return true;
        }

        var tags = 0UL;
        foreach (var number in DecodeResponse.Parser.ParseFrom(answer).TagNumbers)
        {
            tags |= 1UL << ((int)number - 1);
        }

        return tags == City.TagsOf(citizen);
    }
}
