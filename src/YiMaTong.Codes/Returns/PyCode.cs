namespace YiMaTong.Codes.Returns;

/// <summary>
/// A return code of Appendix C. Only PY0000 and PY1999 are printed facts; the rest is this project's reconstruction.
/// Instances are the static members of <see cref="PyCodes"/>; they are immutable and safe from any thread.
/// </summary>
public sealed class PyCode
{
    internal PyCode(int number, string message, string meaning)
    {
        Number = number;
        Code = string.Create(null, stackalloc char[8], $"PY{number:D4}");
        Message = message;
        Meaning = meaning;
    }

    /// <summary>The four digits as a number, for example 2009.</summary>
    public int Number { get; }

    /// <summary>The code as it is sent, for example "PY2009".</summary>
    public string Code { get; }

    /// <summary>The text that <c>msg</c> carries, simplified Chinese.</summary>
    public string Message { get; }

    /// <summary>The meaning in English, for documents and logs.</summary>
    public string Meaning { get; }

    /// <inheritdoc />
    public override string ToString() => Code;
}
