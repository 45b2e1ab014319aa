namespace YiMaTong.Directory;

/// <summary>
/// Runs once over all subjects while they change. Each subject that was there at the start comes at least once, in a
/// version not older than at the start, and may come again: whoever puts all of it into an empty directory has every
/// subject as of the start or later. One caller at a time. The log is not compacted while a cursor is open: dispose it.
/// </summary>
public interface ISubjectCursor : IDisposable
{
    /// <summary>Reads the next subjects; changes wait meanwhile, lookups do not.</summary>
    /// <returns>Number of entries read; 0 at the end.</returns>
    /// <exception cref="IOException">
    /// The overflow file failed, or the directory was cleared or disposed meanwhile: what was read is not all.
    /// </exception>
    int Read(Span<SubjectEntry> entries);
}
