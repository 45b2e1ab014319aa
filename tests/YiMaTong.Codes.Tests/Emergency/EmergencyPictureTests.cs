using QRCoder;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Tests.Support;
using YiMaTong.Testing;
using static YiMaTong.Codes.Tests.Emergency.EmergencyWorld;

namespace YiMaTong.Codes.Tests.Emergency;

/// <summary>How large the forms are, as bytes and as pictures, and whether other readers read them.</summary>
public sealed class EmergencyPictureTests(ITestOutputHelper output)
{
    private static readonly EmergencyWorld _world = Instance;

    [Fact]
    public async Task StaticCode_FitsItsSymbol_AndIsReadByOthers() =>
        await CheckAsync("static", _world.Static(), 160, 9);

    [Fact]
    public async Task ShownCode_FitsItsSymbol_AndIsReadByOthers()
    {
        await CheckAsync("holder-bound", _world.Shown(), 240, 11);
        await CheckAsync("with position", _world.Shown(position: new CoarsePosition(30.2741, 120.1551)), 240, 11);
    }

    private async Task CheckAsync(string form, string text, int bytesMax, int versionMax)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var length = BytesOf(text).Length;
        output.WriteLine($"{form}: {length} bytes, {text.Length} characters, QR version {code.Version}-M");
        Assert.InRange(length, 1, bytesMax);
        Assert.InRange(code.Version, 1, versionMax);

        using var folder = new TempDirectory();
        var picture = Path.Combine(folder.Path, "code.png");
        using var png = new PngByteQRCode(code);
        await File.WriteAllBytesAsync(picture, png.GetGraphic(8), TestContext.Current.CancellationToken);
        var (zbarExit, zbar) = await CommandLine.RunAsync("zbarimg", "--quiet", "--raw", picture);
        Assert.True(zbarExit == 0, zbar);
        Assert.Contains(text, zbar);
        var (zxingExit, zxing) = await CommandLine.RunAsync("ZXingReader", "-bytes", picture);
        Assert.True(zxingExit == 0, zxing);
        Assert.Contains(text, zxing);
    }
}
