using YiMaTong.Decode.Load;

namespace YiMaTong.Decode.Tests.Load;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1S", 1_000_000)]
    [InlineData("20m", 20_000)]
    [InlineData("300u", 300)]
    [InlineData("5000n", 5)]
    [InlineData("2M", 120_000_000)]
    [InlineData("1H", 3_600_000_000)]
    [InlineData("99999999H", 359_999_996_400_000_000)]
    public void TryParse_GoodText_GivesTicks(string text, long micros)
    {
        Assert.True(GrpcTimeout.TryParse(text, 1_000_000, out var ticks));
        Assert.Equal(micros, ticks);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("10")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("1s")]
    [InlineData("123456789S")]
    public void TryParse_OtherText_IsRefused(string? text) =>
        Assert.False(GrpcTimeout.TryParse(text, 1_000_000, out _));
}
