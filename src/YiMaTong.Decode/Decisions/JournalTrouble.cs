namespace YiMaTong.Decode.Decisions;

/// <summary>Why the journal cannot write.</summary>
internal enum JournalTrouble
{
    /// <summary>It can.</summary>
    None,

    /// <summary>The disk refuses: it is full, or has failed.</summary>
    DiskRefuses,

    /// <summary>Unshipped records take all of Decode:Decisions:DiskMiB.</summary>
    BudgetSpent,

    /// <summary>The disk hangs: a commit has been under way for longer than an answer waits.</summary>
    DiskHangs,
}
