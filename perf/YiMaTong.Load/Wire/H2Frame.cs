namespace YiMaTong.Load.Wire;

/// <summary>Types and flags of frames, RFC 9113 section 6.</summary>
internal static class H2Frame
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;

    public const byte EndStream = 1;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;
}

/// <summary>What a connection's streams hear of their frames.</summary>
internal interface IH2Streams
{
    /// <summary>Headers or trailers, as they were coded.</summary>
    void Headers(int stream, ReadOnlySpan<byte> block, bool last);

    /// <summary>A part of a body.</summary>
    void Data(int stream, ReadOnlySpan<byte> part, bool last);

    /// <summary>The server gave the stream up.</summary>
    void Reset(int stream);

    /// <summary>The server takes more on a stream.</summary>
    void Window(int stream, int bytes);

    /// <summary>The connection is gone with all its streams.</summary>
    void Ended();
}
