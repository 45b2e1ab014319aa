namespace YiMaTong.Decode.Load;

/// <summary>Classes of calls in the order in which they are refused when there are too many.</summary>
internal enum CallClass
{
    /// <summary>REST, and openings of sessions, on a connection that has shown no genuine signature.</summary>
    Stranger,

    /// <summary>The same on a connection that has.</summary>
    Known,

    /// <summary>Scans of gates: somebody stands before each.</summary>
    Gate,

    /// <summary>What is never refused: the feed, health, other services.</summary>
    Free,
}
