using Microsoft.Extensions.Options;

namespace YiMaTong.Issuing.Tests.Storage;

public sealed class IssuingOptionsTests
{
    [Fact]
    public void Validate_EverythingWrong_NamesEveryKey()
    {
        var options = new IssuingOptions
        {
            Feed = new() { HeartbeatSeconds = double.NaN, PollMilliseconds = 1, KeepRevisions = 0, TrimSeconds = 0 },
        };
        var result = new IssuingOptionsValidator().Validate(Options.DefaultName, options);
        Assert.Equal(
            ["Database", "SealKeyFile", "FeedTokenFile", "Feed:HeartbeatSeconds", "Feed:PollMilliseconds",
                "Feed:KeepRevisions", "Feed:TrimSeconds"],
            result.Failures!.Select(failure => failure.Split(": ")[0]["Issuing:".Length..]));
    }

    [Fact]
    public void Validate_OneFileForKeyAndToken_Refuses()
    {
        var options = new IssuingOptions { Database = "a", SealKeyFile = "b", FeedTokenFile = "b" };
        Assert.True(new IssuingOptionsValidator().Validate(Options.DefaultName, options).Failed);
        options.FeedTokenFile = "c";
        Assert.True(new IssuingOptionsValidator().Validate(Options.DefaultName, options).Succeeded);
    }
}
