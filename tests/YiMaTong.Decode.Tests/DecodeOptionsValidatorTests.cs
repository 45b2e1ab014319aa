namespace YiMaTong.Decode.Tests;

public sealed class DecodeOptionsValidatorTests
{
    [Fact]
    public void Validate_SeveralFaults_AreAllNamed()
    {
        var result = new DecodeOptionsValidator().Validate(
            null, new DecodeOptions { SkewSeconds = 61, SessionsMax = 1 });
        Assert.Equal(
            ["SkewSeconds", "SingleUseLifeSeconds", "SessionsMax", "Feed:Address", "Feed:TokenFile"],
            result.Failures!.Select(fault => fault.Split(": ")[0]["Decode:".Length..]));
        Assert.Contains("61", result.Failures!.First(), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_DefaultsWithAFeed_Pass()
    {
        var options = new DecodeOptions { Feed = new() { Address = "http://127.0.0.1:8081", TokenFile = "token" } };
        Assert.True(new DecodeOptionsValidator().Validate(null, options).Succeeded);
    }
}
