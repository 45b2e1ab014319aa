namespace YiMaTong.AllInOne.Walk;

/// <summary>A step of the walk or the drill did not come out as it must.</summary>
/// <param name="message">Which, and what came instead.</param>
internal sealed class WalkFailedException(string message) : Exception(message)
{
    /// <summary>Demands success of an envelope.</summary>
    public static void Expect(string code, string message, string what)
    {
        if (code != "PY0000")
        {
            throw new WalkFailedException($"{what} answered {code} {message}");
        }
    }
}
