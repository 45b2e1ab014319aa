namespace YiMaTong.Directory;

/// <summary>Settings of the subject directory.</summary>
public sealed class DirectoryOptions
{
    /// <summary>Folder for the overflow file, which is deleted on close. Required.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Memory for records, in MiB: a power of two from 1 to 65,536. Default 256.</summary>
    public int MemoryMiB { get; set; } = 256;

    /// <summary>Subjects that the index is sized for, 1,000 to 1,000,000,000. Default 1,000,000.</summary>
    public long ExpectedSubjects { get; set; } = 1_000_000;
}

/// <summary>The directory on FASTER with a file device for what exceeds the memory budget.</summary>
public sealed class FasterSubjectDirectory : ISubjectDirectory
{
    /// <summary>Opens an empty directory.</summary>
    public FasterSubjectDirectory(DirectoryOptions options) => throw new NotImplementedException();

    /// <inheritdoc />
    public LookupStatus TryRead(ulong handle, out SubjectRecord record) => throw new NotImplementedException();

    /// <inheritdoc />
    public void Apply(ulong handle, in SubjectRecord record) => throw new NotImplementedException();

    /// <inheritdoc />
    public void MarkComplete() => throw new NotImplementedException();

    /// <inheritdoc />
    public void Clear() => throw new NotImplementedException();

    /// <inheritdoc />
    public long Count => throw new NotImplementedException();

    /// <inheritdoc />
    public bool IsComplete => throw new NotImplementedException();

    /// <inheritdoc />
    public void Dispose() { }
}
