namespace YiMaTong.Issuing.Platform;

/// <summary>Looks at a request's fields in order and keeps the first that is at fault. For one thread.</summary>
internal sealed class FieldCheck
{
    /// <summary>JSON path of the first field at fault, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>What a call answers for what was looked at so far.</summary>
    public Outcome Outcome => Fault is null ? Outcome.Ok : Outcome.BadParameter(Fault);

    /// <summary>Names the field unless the condition holds.</summary>
    /// <returns>Whether the condition holds.</returns>
    public bool Require(string field, bool holds)
    {
        if (!holds)
        {
            Fault ??= field;
        }

        return holds;
    }
}
