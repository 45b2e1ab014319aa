namespace YiMaTong.Issuing.Audit;

/// <summary>A journal of a decode node: one run of its process.</summary>
internal sealed class DecisionJournalRow
{
    /// <summary>Number of the journal here.</summary>
    public int Id { get; set; }

    /// <summary>Identity that the node drew, 16 bytes.</summary>
    public required byte[] Journal { get; set; }

    /// <summary>Name of the node.</summary>
    public required string NodeId { get; set; }

    /// <summary>When its first record came.</summary>
    public DateTimeOffset FirstSeenAt { get; set; }
}

/// <summary>One answer of a decode node, or a loss of such. Never changed; deleted only when it is too old.</summary>
internal sealed class DecisionRow
{
    /// <summary>The journal.</summary>
    public int JournalId { get; set; }

    /// <summary>Number within the journal; a missing one was lost on the node's disk.</summary>
    public long Sequence { get; set; }

    /// <summary>When the node answered.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The decision's number, 16 bytes; null where none was made.</summary>
    public byte[]? DecisionId { get; set; }

    /// <summary>The merchant.</summary>
    public string MerchantId { get; set; } = "";

    /// <summary>The device.</summary>
    public string MacId { get; set; } = "";

    /// <summary>The scene.</summary>
    public string SceneId { get; set; } = "";

    /// <summary>The citizen's handle; null where the code did not open.</summary>
    public ulong? Handle { get; set; }

    /// <summary>Digits of the return code that was told.</summary>
    public int Told { get; set; }

    /// <summary>Digits of the return code that it was.</summary>
    public int Cause { get; set; }

    /// <summary>What the gate did: the number of decode.v1.Decision.</summary>
    public int Decision { get; set; }

    /// <summary>Number of the code's type; 0 where it did not open.</summary>
    public int CodeType { get; set; }

    /// <summary>Tags told.</summary>
    public ulong Tags { get; set; }

    /// <summary>Fields told.</summary>
    public int Fields { get; set; }

    /// <summary>Revision that the answer rests on.</summary>
    public long DataRevision { get; set; }

    /// <summary>Answers that went unrecorded; 0 but in a record of a loss.</summary>
    public long LostCount { get; set; }

    /// <summary>When the first of them was given; null but in a record of a loss.</summary>
    public DateTimeOffset? LostFrom { get; set; }
}
