using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>Changes that may be refused for what the database says.</summary>
internal static class Changes
{
    /// <summary>Runs a unit of change.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="work">Looks, and refuses before it alters anything; or alters and answers success.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    /// <returns>What the work answered, and the feed's newest revision after it.</returns>
    public static async Task<(Outcome Outcome, ulong Revision)> TryWriteAsync(
        this ChangeWriter writer, Func<ChangeUnit, Task<Outcome>> work, CancellationToken cancellationToken)
    {
        var outcome = Outcome.Ok;
        var revision = await writer.WriteAsync(async unit => outcome = await work(unit), cancellationToken);
        return (outcome, (ulong)revision);
    }
}
