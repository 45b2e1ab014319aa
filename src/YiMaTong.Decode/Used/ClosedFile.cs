namespace YiMaTong.Decode.Used;

/// <summary>A file that is written no more.</summary>
internal sealed record ClosedFile(UsedFileName Name, uint NewestMadeAt, long At, UsedFile? Open)
{
    public bool IsOver { get; init; }
}
