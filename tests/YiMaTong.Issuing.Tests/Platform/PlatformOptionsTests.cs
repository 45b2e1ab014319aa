using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.Tests.Platform;

public sealed class PlatformOptionsTests
{
    [Fact]
    public void Validate_EverythingWrong_NamesEachKeyAndValue()
    {
        var result = new PlatformOptionsValidator().Validate(null, new PlatformOptions { CodeKeyAnnounceSeconds = -1 });

        var failures = result.Failures!.ToList();
        Assert.Equal(2, failures.Count);
        Assert.StartsWith("Issuing:OperatorTokenFile: ", failures[0], StringComparison.Ordinal);
        Assert.StartsWith("Issuing:CodeKeyAnnounceSeconds: ", failures[1], StringComparison.Ordinal);
        Assert.Contains("-1", failures[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(86_400.5)]
    public void Validate_DelayOutOfRange_Fails(double seconds) =>
        Assert.True(new PlatformOptionsValidator().Validate(
            null, new PlatformOptions { OperatorTokenFile = "token", CodeKeyAnnounceSeconds = seconds }).Failed);
}
