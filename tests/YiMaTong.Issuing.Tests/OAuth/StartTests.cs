using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing.OAuth;
using YiMaTong.Issuing.Tests.Citizens;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.OAuth;

public sealed class StartTests
{
    [Theory]
    [InlineData("Issuing:Demonstration", "false", "Issuing:RealName:Mode")]
    [InlineData("Issuing:RealName:Mode", "fax", "Issuing:RealName:Mode")]
    [InlineData("Issuing:RealName:Mode", "http", "Issuing:RealName:Endpoint")]
    [InlineData("Issuing:OAuth:Issuer", "example.org", "Issuing:OAuth:Issuer")]
    [InlineData("Issuing:OAuth:AccessTokenLifeSeconds", "5", "Issuing:OAuth:AccessTokenLifeSeconds")]
    [InlineData("Issuing:Minting:RefreshAfterSeconds", "60", "Issuing:Minting:RefreshAfterSeconds")]
    [InlineData("Issuing:Minting:LifeSeconds", "61", "Issuing:Minting:LifeSeconds")]
    [InlineData("Issuing:ServiceArea:MinLatitude", "90", "Issuing:ServiceArea:MinLatitude")]
    [InlineData("Issuing:Citizens:SessionLifeSeconds", "0", "Issuing:Citizens:SessionLifeSeconds")]
    public async Task Start_WrongSetting_EndsWithItsName(string key, string value, string named)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var host = await CitizenHost.StartAsync((key, value));
        });

        Assert.Contains(
            StartupFailure.Describe(failure)!, line => line.StartsWith(named + ":", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_MissingFileThatMayNotBeMade_NamesTheSetting()
    {
        using var folder = new TempDirectory();

        var failure =
            Assert.Throws<StartupException>(() => OAuthKeys.Load(folder.Combine("no.key"), createMissing: false));

        Assert.StartsWith("Issuing:OAuth:KeyFile:", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"SealingKey":"AAAA","SigningKey":"AAAA","PublishedKey":"AAAA"}""")]
    public void Load_SomethingElseInTheFile_IsRefusedAndKept(string content)
    {
        using var folder = new TempDirectory();
        var path = folder.Combine("oauth.key");
        File.WriteAllText(path, content);

        Assert.Throws<StartupException>(() => OAuthKeys.Load(path, createMissing: true));
        Assert.Equal(content, File.ReadAllText(path));
    }

    [Fact]
    public void Load_MadeFile_IsTheOwnersAloneAndReadBackTheSame()
    {
        using var folder = new TempDirectory();
        var path = folder.Combine("keys", "oauth.key");

        var made = OAuthKeys.Load(path, createMissing: true);
        var read = OAuthKeys.Load(path, createMissing: false);

        Assert.Equal(made.SealingKey, read.SealingKey);
        Assert.Equal(made.SigningKey, read.SigningKey);
        Assert.Equal(made.PublishedKey, read.PublishedKey);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.Single(Directory.GetFiles(folder.Combine("keys")));
    }
}
