namespace YiMaTong.Directory;

/// <summary>Whether a subject's codes are honoured.</summary>
public enum SubjectState : byte
{
    /// <summary>Codes are honoured.</summary>
    Active = 1,

    /// <summary>Frozen.</summary>
    Frozen = 2,

    /// <summary>Closed.</summary>
    Closed = 3,
}
