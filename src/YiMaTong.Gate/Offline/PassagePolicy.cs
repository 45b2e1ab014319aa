namespace YiMaTong.Gate.Offline;

/// <summary>
/// What a gate does alone, in one direction. Entry and exit have one each: an entry keeps out what it cannot verify, an
/// exit holds nobody back.
/// </summary>
public sealed class PassagePolicy
{
    /// <summary>Whether an online code passes that no node opened.</summary>
    public bool PassUnopened { get; set; }

    /// <summary>
    /// Whether a code passes while anything is out of order that was refused, by a node too: expired, used, of another
    /// region, no code at all. On an ordinary day only an emergency code that issuing signed passes by it.
    /// </summary>
    public bool PassRefused { get; set; }

    /// <summary>Whether an emergency code passes whose status list is not held, or ends before its place.</summary>
    public bool AcceptUnknownStatus { get; set; }

    /// <summary>Whether each showing of a holder-bound code lets pass once.</summary>
    public bool HolderBoundOnce { get; set; }

    /// <summary>Whether a static code lets pass once: whoever copies the paper has the code.</summary>
    public bool StaticOnce { get; set; }

    /// <summary>
    /// Hours, 0 to 8,760, default 0: age of what the gate verifies with (<see cref="GateStatus.TrustAge"/>) after which
    /// emergency codes get PY2018. 0 sets no limit: a code's own life of a day bounds what a revocation can miss.
    /// </summary>
    public int TrustAgeHoursMax { get; set; }

    /// <summary>The defaults of an entry.</summary>
    public static PassagePolicy ForEntry() => new() { HolderBoundOnce = true, StaticOnce = true };

    /// <summary>The defaults of an exit.</summary>
    public static PassagePolicy ForExit() =>
        new() { PassUnopened = true, PassRefused = true, AcceptUnknownStatus = true };
}
