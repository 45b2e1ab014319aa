namespace YiMaTong.Load.Scenarios;

/// <summary>
/// A kind of call: it hands out prepared bodies and judges each answer against what the city says. A wrong answer is a
/// fault of the node, whatever the load.
/// </summary>
internal abstract class Step(string name, string path, int codes)
{
    /// <summary>Name in reports.</summary>
    public string Name => name;

    /// <summary>Path of the gRPC method; empty for REST, whose bodies are whole requests.</summary>
    public string Path => path;

    /// <summary>Codes in a call.</summary>
    public int Codes => codes;

    /// <summary>Number and bytes of the next call; false when none is left that may be sent.</summary>
    public abstract bool TryNext(out int item, out ReadOnlyMemory<byte> body);

    /// <summary>Judges an answer that the transport says is one.</summary>
    public abstract Verdict Judge(int item, ReadOnlySpan<byte> answer);

    /// <summary>Puts the sessions that the server gave into the bodies.</summary>
    public virtual void Enter(IReadOnlyList<byte[]> sessions)
    {
    }
}

/// <summary>What an answer is worth.</summary>
internal enum Verdict : byte
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>The node said that it has no room now.</summary>
    Refused,

    /// <summary>Anything else.</summary>
    Wrong,
}
