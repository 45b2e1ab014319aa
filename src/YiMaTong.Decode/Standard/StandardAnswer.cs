using YiMaTong.Codes.Returns;

namespace YiMaTong.Decode.Standard;

/// <summary>An answer of B.4. Immutable.</summary>
/// <param name="Code">The return code.</param>
/// <param name="Sealed">The sealed result, Base64 in UTF-8; null on failure. Not to be changed.</param>
internal sealed record StandardAnswer(PyCode Code, byte[]? Sealed = null)
{
    /// <summary>
    /// Whether another try may go otherwise: such an answer does not use the request up, so that a retry is judged
    /// anew.
    /// </summary>
    public bool IsTransient => Code.Number is 1998 or 1999 or 2018;
}
