namespace YiMaTong.Directory.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullName { get; } = System.IO.Directory.CreateTempSubdirectory("yimatong-directory-").FullName;

    /// <summary>Overflow files that are there.</summary>
    public string[] Overflow() => System.IO.Directory.GetFiles(FullName, "subjects-*");

    public FasterSubjectDirectory Open(int memoryMiB = 1, long expectedSubjects = 10_000) =>
        new(new DirectoryOptions { Folder = FullName, MemoryMiB = memoryMiB, ExpectedSubjects = expectedSubjects });

    public void Dispose() => System.IO.Directory.Delete(FullName, recursive: true);
}
