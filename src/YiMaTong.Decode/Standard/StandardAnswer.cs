using YiMaTong.Codes.Returns;

namespace YiMaTong.Decode.Standard;

/// <summary>An answer of B.4. Immutable.</summary>
/// <param name="Code">The return code.</param>
/// <param name="Response">The sealed result; null on failure.</param>
internal sealed record StandardAnswer(PyCode Code, string? Response = null)
{
    /// <summary>
    /// Whether another try may go otherwise: such an answer does not use the request up, so that a retry is judged
    /// anew.
    /// </summary>
    public bool IsTransient => Code.Number is 1998 or 1999 or 2018;
}
