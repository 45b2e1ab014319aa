using YiMaTong.Issuing.RealName;

namespace YiMaTong.Issuing.Tests.Platform;

public sealed class ResidentIdTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    // GB 11643 prints 11010519491231002X as its example; the others are of a region that does not exist.
    [Theory]
    [InlineData("11010519491231002X", "11010519491231002X")]
    [InlineData("11010519491231002x", "11010519491231002X")]
    [InlineData("990000199001010017", "990000199001010017")]
    [InlineData("990000202603010019", "990000202603010019")]
    public void TryNormalize_RightNumber_Accepts(string text, string expected)
    {
        Assert.True(ResidentId.TryNormalize(text, Today, out var number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("99000019900101001")]
    [InlineData("9900001990010100178")]
    [InlineData("990000900101001")]
    [InlineData("99000019900101001a")]
    [InlineData("99000O199001010018")]
    [InlineData("990000199001010019")]
    [InlineData("090000199001010014")]
    [InlineData("９90000199001010018")]
    public void TryNormalize_WrongShape_Refuses(string text)
    {
        Assert.False(ResidentId.TryNormalize(text, Today, out var number));
        Assert.Empty(number);
    }

    [Theory]
    [InlineData("19900230")]
    [InlineData("19901301")]
    [InlineData("19000229")]
    [InlineData("20260302")]
    [InlineData("17991231")]
    [InlineData("00000000")]
    public void TryNormalize_ImpossibleBirthDate_Refuses(string birth)
    {
        var digits = $"990000{birth}001";

        Assert.False(ResidentId.TryNormalize(digits + ResidentId.CheckCharacter(digits), Today, out _));
    }

    [Fact]
    public void TryNormalize_AnyOneDigitChanged_Refuses()
    {
        const string Number = "990000199001010017";
        for (var place = 0; place < Number.Length; place++)
        {
            for (var digit = '0'; digit <= '9'; digit++)
            {
                if (digit != Number[place])
                {
                    var spoilt = Number[..place] + digit + Number[(place + 1)..];
                    Assert.False(ResidentId.TryNormalize(spoilt, Today, out _), spoilt);
                }
            }
        }
    }
}
