namespace YiMaTong.Load.Wire;

/// <summary>A connection that carries prepared calls. One thread uses it; nothing blocks but its making.</summary>
internal interface ILink : IDisposable
{
    /// <summary>Calls sent and not yet answered.</summary>
    int InFlight { get; }

    /// <summary>Whether a call of that many bytes can be taken now.</summary>
    bool CanSend(int bytes);

    /// <summary>Takes a call; it goes out with the next <see cref="Pump"/>.</summary>
    void Send(in Shot shot);

    /// <summary>Sends what waits, reads what came.</summary>
    /// <returns>Whether anything moved.</returns>
    bool Pump(IAnswers answers);
}
