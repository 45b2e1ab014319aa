using CsCheck;
using YiMaTong.Codes.Masks;
using YiMaTong.Codes.Tests.Support;

namespace YiMaTong.Codes.Tests.Masks;

public sealed class MaskTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("张", "*")]
    [InlineData("张三", "*三")]
    [InlineData("欧阳娜娜", "***娜")]
    [InlineData("\U00020BB7野", "*野")] // a surname outside the basic plane
    [InlineData("王\U00020BB7", "*\U00020BB7")]
    [InlineData("\U00020BB7", "*")]
    [InlineData("Jose\u0301", "***e\u0301")]
    [InlineData("e\u0301", "*")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467张", "*张")]
    [InlineData("张\U0001F468\u200D\U0001F469\u200D\U0001F467", "*\U0001F468\u200D\U0001F469\u200D\U0001F467")]
    [InlineData("葛\U000E0100", "*")]
    public void Name_OfAnyKind_ShowsTheLastTextElementOnly(string name, string masked) =>
        Assert.Equal(masked, Mask.Name(name));

    // Not rows of the theory: an attribute's text is UTF-8 and cannot hold half of a pair.
    [Fact]
    public void Name_WithHalfASurrogatePair_CountsItAsOne()
    {
        Assert.Equal("*\ud842", Mask.Name("张\ud842"));
        Assert.Equal("*\ud842", Mask.Name("\udfb7\ud842"));
        Assert.Equal("*", Mask.Name("\ud842"));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("5", "5**************5")]
    [InlineData("54", "5**************4")]
    [InlineData("990000199001010017", "9**************7")]
    [InlineData("99000019900101005X", "9**************X")]
    [InlineData("\U00020BB7一二", "\U00020BB7**************二")]
    public void Card_OfAnyLength_ShowsEndsAroundFourteenStars(string number, string masked) =>
        Assert.Equal(masked, Mask.Card(number));

    [Fact]
    public void Name_LongerThanTheStack_IsMaskedWhole() =>
        Assert.Equal(new string('*', 9_999) + "三", Mask.Name(new string('张', 9_999) + "三"));

    [Fact]
    public void TryNameAndTryCard_AnyText_AgreeWithTheStrings() => Gen.String.Sample(text =>
    {
        var room = new char[text.Length];
        Assert.True(Mask.TryName(text, room, out var written));
        Assert.Equal(Mask.Name(text), new string(room, 0, written));
        room = new char[text.Length * 2 + 14];
        Assert.True(Mask.TryCard(text, room, out written));
        Assert.Equal(Mask.Card(text), new string(room, 0, written));
    });

    [Fact]
    public void TryNameAndTryCard_DestinationTooShort_SaySo()
    {
        Assert.False(Mask.TryName("张三丰", new char[2], out var written));
        Assert.Equal(0, written);
        Assert.False(Mask.TryName("张", [], out _));
        Assert.False(Mask.TryCard("123", new char[15], out written));
        Assert.Equal(0, written);
    }

    [Fact]
    public void NameAndCard_Null_Throw()
    {
        Assert.Throws<ArgumentNullException>(() => Mask.Name(null!));
        Assert.Throws<ArgumentNullException>(() => Mask.Card(null!));
    }

    [Fact]
    public void TryNameAndTryCard_WhenWarm_AllocateNothing()
    {
        var room = new char[32];
        Assert.Equal(0, Allocations.Of(10_000, () => Mask.TryName("欧阳\U00020BB7", room, out _)));
        Assert.Equal(0, Allocations.Of(10_000, () => Mask.TryCard("990000199001010017", room, out _)));
    }
}
