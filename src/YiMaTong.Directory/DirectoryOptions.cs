using System.Numerics;

namespace YiMaTong.Directory;

/// <summary>Settings of the subject directory.</summary>
public sealed class DirectoryOptions
{
    /// <summary>
    /// Folder for the overflow file, which is deleted on close. Required; made where it lacks. One directory owns it.
    /// </summary>
    public string Folder { get; set; } = "";

    /// <summary>Memory for records, in MiB: a power of two from 1 to 65,536. Default 256.</summary>
    public int MemoryMiB { get; set; } = 256;

    /// <summary>
    /// Subjects that the index is sized for, 1,000 to 1,000,000,000. Default 1,000,000. The index takes 16 to 32 bytes
    /// for each, beside <see cref="MemoryMiB"/>; more subjects than this fit, with slower lookups.
    /// </summary>
    public long ExpectedSubjects { get; set; } = 1_000_000;

    /// <summary>Every setting that is wrong, as "Key: what is wrong (value)"; empty where all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(Folder))
        {
            yield return $"{nameof(Folder)}: is required ({Folder})";
        }

        if (MemoryMiB is < 1 or > 65_536 || !BitOperations.IsPow2(MemoryMiB))
        {
            yield return $"{nameof(MemoryMiB)}: must be a power of two from 1 to 65536 ({MemoryMiB})";
        }

        if (ExpectedSubjects is < 1_000 or > 1_000_000_000)
        {
            yield return $"{nameof(ExpectedSubjects)}: must be from 1000 to 1000000000 ({ExpectedSubjects})";
        }
    }
}
