using System.Security.Cryptography;
using YiMaTong.Codes.Online;
using YiMaTong.Issuing.Minting;

namespace YiMaTong.Issuing.Tests.Minting;

public sealed class QrPictureTests
{
    // 29 modules of version 3 and the quiet zone of four on either side.
    private const int Modules = 29 + 8;

    [Fact]
    public void Encode_AnyCode_IsVersion3()
    {
        var key = new CodeKey(7, RandomNumberGenerator.GetBytes(CodeKey.KeyLength));
        Span<char> text = stackalloc char[OnlineCode.Length];
        for (var i = 0; i < 200; i++)
        {
            OnlineCode.Mint(key, new CodePayload((ulong)i + 1, 1, 1, 0, 60), 1_772_000_000, text);
            using var matrix = QrPicture.Encode(text.ToString());
            Assert.Equal(Modules, matrix.ModuleMatrix.Count);
        }
    }

    [Fact]
    public void ToPng_Code_HasEightPixelsAModule()
    {
        var png = QrPicture.ToPng("YM1" + new string('A', OnlineCode.Length - 3));

        // Width and height of IHDR, big-endian.
        Assert.Equal(Modules * 8, (png[18] << 8) | png[19]);
        Assert.Equal(Modules * 8, (png[22] << 8) | png[23]);
    }
}
