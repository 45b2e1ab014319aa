using CsCheck;
using YiMaTong.Codes.Text;

namespace YiMaTong.Codes.Tests.Text;

public sealed class StrictBase64Tests
{
    [Fact]
    public void TryDecode_CanonicalText_GivesTheBytes() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        var text = Convert.ToBase64String(bytes);
        var back = new byte[bytes.Length];
        Assert.Equal(bytes.Length, StrictBase64.DecodedLength(text));
        Assert.True(StrictBase64.TryDecode(text, back, out var written));
        Assert.Equal(bytes, back[..written]);
    });

    [Theory]
    [InlineData("QUI")]
    [InlineData("QUI=\n")]
    [InlineData("QU I=")]
    [InlineData(" QUI=   ")]
    [InlineData("QUJ=")] // the unused bits of "J" are not zero
    [InlineData("QR==")]
    [InlineData("QQ=Q")]
    [InlineData("Q===")]
    [InlineData("====")]
    [InlineData("=")]
    [InlineData("QU-_")]
    [InlineData("QUI\u0131")]
    [InlineData("\uff21QUI")]
    public void TryDecode_AnotherSpelling_IsRefused(string text)
    {
        Assert.False(StrictBase64.TryDecode(text, new byte[64], out var written));
        Assert.Equal(0, written);
    }

    [Fact]
    public void TryDecode_AnyTextThatIsTaken_IsTheOnlySpelling() =>
        Gen.Char["ABQRUXYZgwz019+/= \n"].Array[0, 12].Sample(characters =>
        {
            var text = new string(characters);
            var bytes = new byte[16];
            if (StrictBase64.TryDecode(text, bytes, out var written))
            {
                Assert.Equal(text, Convert.ToBase64String(bytes, 0, written));
            }
        });

    [Fact]
    public void TryDecode_DestinationTooShort_IsRefused() =>
        Assert.False(StrictBase64.TryDecode("QUJD", new byte[2], out _));
}
