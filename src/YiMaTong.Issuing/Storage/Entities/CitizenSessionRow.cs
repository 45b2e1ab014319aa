namespace YiMaTong.Issuing.Storage;

/// <summary>A citizen's signed-in state; the token itself is kept as a hash only.</summary>
internal sealed class CitizenSessionRow
{
    public required byte[] TokenHash { get; set; }

    public long CitizenId { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
