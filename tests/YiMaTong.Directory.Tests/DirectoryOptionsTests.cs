namespace YiMaTong.Directory.Tests;

public sealed class DirectoryOptionsTests
{
    [Fact]
    public void Validate_EverySettingWrong_NamesEachWithItsValue()
    {
        var options = new DirectoryOptions { Folder = " ", MemoryMiB = 3, ExpectedSubjects = 999 };

        Assert.Equal(
            [
                "Folder: is required ( )",
                "MemoryMiB: must be a power of two from 1 to 65536 (3)",
                "ExpectedSubjects: must be from 1000 to 1000000000 (999)",
            ],
            options.Validate());
    }

    [Theory]
    [InlineData(1, 1_000, true)]
    [InlineData(65_536, 1_000_000_000, true)]
    [InlineData(0, 1_000, false)]
    [InlineData(-4, 1_000, false)]
    [InlineData(131_072, 1_000, false)]
    [InlineData(1, 1_000_000_001, false)]
    public void Validate_Bounds_AreInclusive(int memoryMiB, long expectedSubjects, bool valid)
    {
        var options = new DirectoryOptions
        {
            Folder = "data",
            MemoryMiB = memoryMiB,
            ExpectedSubjects = expectedSubjects,
        };

        Assert.Equal(valid, !options.Validate().Any());
    }

    [Fact]
    public void Open_InvalidOptions_Throws()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new FasterSubjectDirectory(new DirectoryOptions { Folder = "", MemoryMiB = 0 }));
        Assert.Contains("Folder: is required", error.Message);
        Assert.Contains("MemoryMiB:", error.Message);
    }
}
