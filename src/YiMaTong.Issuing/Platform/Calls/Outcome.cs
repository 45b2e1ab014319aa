using YiMaTong.Codes.Returns;

namespace YiMaTong.Issuing.Platform;

/// <summary>How a call went: a return code and, for a refusal, what its text names beside it. Immutable.</summary>
/// <param name="Code">The return code.</param>
/// <param name="Detail">
/// A field's JSON path, perhaps with a reason in English; never a value that the caller sent.
/// </param>
internal readonly record struct Outcome(PyCode Code, string? Detail = null)
{
    /// <summary>Success.</summary>
    public static Outcome Ok { get; } = new(PyCodes.Success);

    /// <summary>Whether the call succeeded.</summary>
    public bool IsOk => Code == PyCodes.Success;

    /// <summary>What <c>msg</c> carries.</summary>
    public string Message => Detail is null ? Code.Message : $"{Code.Message}: {Detail}";

    /// <summary>PY1001 that names a field.</summary>
    public static Outcome BadParameter(string detail) => new(PyCodes.BadParameter, detail);

    public static implicit operator Outcome(PyCode code) => new(code);
}
