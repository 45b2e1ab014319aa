namespace YiMaTong.Load.Wire;

/// <summary>Takes answers as they arrive.</summary>
internal interface IAnswers
{
    /// <summary>An answer is whole, or its call has failed.</summary>
    /// <param name="shot">What was sent.</param>
    /// <param name="status">How the transport ended it.</param>
    /// <param name="body">The answer's message or JSON; empty where there is none.</param>
    void Answered(in Shot shot, CallStatus status, ReadOnlySpan<byte> body);
}

/// <summary>How a transport ended a call.</summary>
internal enum CallStatus : byte
{
    /// <summary>gRPC status OK or HTTP 200.</summary>
    Ok,

    /// <summary>RESOURCE_EXHAUSTED or HTTP 429.</summary>
    Refused,

    /// <summary>Any other status, a reset stream, a lost connection.</summary>
    Failed,
}
