using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Storage;

public sealed class KeyFilesTests : IDisposable
{
    private const string Setting = "Issuing:SealKeyFile";

    private readonly string _directory = TestStorage.CreateDirectory();

    private string KeyPath => Path.Combine(_directory, "keys", "seal.key");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void ReadKey_MissingAndNotToBeCreated_NamesSettingAndPath()
    {
        var failure = Assert.Throws<StorageUnavailableException>(
            () => KeyFiles.ReadKey(Setting, KeyPath, createMissing: false));
        Assert.StartsWith($"{Setting}: {KeyPath} does not exist", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.False(File.Exists(KeyPath));
    }

    [Fact]
    public void ReadKey_MissingAndToBeCreated_CreatesForOwnerOnly()
    {
        var first = KeyFiles.ReadKey(Setting, KeyPath, createMissing: true);
        Assert.Equal(first, KeyFiles.ReadKey(Setting, KeyPath, createMissing: true));
        Assert.NotEqual(new byte[32], first);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public void ReadKey_SomethingElse_SaysSoWithoutShowingIt(string content)
    {
        var path = Path.Combine(_directory, "bad.key");
        File.WriteAllText(path, content);
        var failure = Assert.Throws<StorageUnavailableException>(
            () => KeyFiles.ReadKey(Setting, path, createMissing: true));
        Assert.Equal($"{Setting}: {path} does not hold 32 bytes in Base64.", failure.Message);
    }

    [Fact]
    public void ReadKey_Directory_SaysThatItCannotBeRead()
    {
        var failure = Assert.Throws<StorageUnavailableException>(
            () => KeyFiles.ReadKey(Setting, _directory, createMissing: false));
        Assert.StartsWith($"{Setting}: {_directory} cannot be read", failure.Message, StringComparison.Ordinal);
    }
}
