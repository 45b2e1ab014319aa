using YiMaTong.Codes.Returns;
using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.Emergency;

/// <summary>What an operator is told of what counts already.</summary>
internal static class StoredOutcome
{
    /// <summary>PY0000, or PY1998 with the names of the files that would not outlive a restart.</summary>
    public static Outcome Of(IReadOnlyList<string> behind) => behind.Count == 0
        ? Outcome.Ok
        : new Outcome(PyCodes.Busy, $"published, not stored yet: {string.Join(", ", behind)}");
}
