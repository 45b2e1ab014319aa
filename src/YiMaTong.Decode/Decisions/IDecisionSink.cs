namespace YiMaTong.Decode.Decisions;

/// <summary>Where answers are recorded. Thread-safe; never blocks, allocates nothing.</summary>
internal interface IDecisionSink
{
    /// <summary>
    /// Whether records cannot be taken now and the policy is to refuse: scans are then refused before a code is used
    /// up.
    /// </summary>
    bool Refusing { get; }

    /// <summary>Whether answers have to wait for <see cref="Settled"/>.</summary>
    bool Waits { get; }

    /// <summary>Records an answer.</summary>
    /// <returns>False where it must not be given: it could not be recorded, and the policy is to refuse.</returns>
    bool Record(in DecisionEntry entry);

    /// <summary>
    /// Waits until all that was recorded before is on the disk, where answers have to wait for that; at once
    /// otherwise.
    /// </summary>
    /// <returns>False where the answers must not be given: they were not durable in time, and the policy is to
    /// refuse.</returns>
    ValueTask<bool> Settled(CancellationToken cancellation);
}

/// <summary>Records nothing.</summary>
internal sealed class NoDecisions : IDecisionSink
{
    /// <inheritdoc />
    public bool Refusing => false;

    /// <inheritdoc />
    public bool Waits => false;

    /// <inheritdoc />
    public bool Record(in DecisionEntry entry) => true;

    /// <inheritdoc />
    public ValueTask<bool> Settled(CancellationToken cancellation) => new(true);
}
