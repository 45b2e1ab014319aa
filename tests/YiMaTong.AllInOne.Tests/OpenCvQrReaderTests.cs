using OpenCvSharp;
using QRCoder;
using YiMaTong.AllInOne.Qr;

namespace YiMaTong.AllInOne.Tests;

public sealed class OpenCvQrReaderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("YM10123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:0123456789AB")]

    // Upright, this symbol is not found at any size: part of it looks like a finder pattern.
    [InlineData("YM1ZG*RMFQZ7W5Y-2/X52.A6*7KB*MPY-BO$OZ5OT9CSBZUJORAW-HUE8K-9")]
    public async Task Read_PictureOfACode_GivesItsText(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(data);
        var reader = OpenCvQrReader.TryCreate();

        Assert.NotNull(reader);
        Assert.Equal(text, await reader.ReadAsync(picture.GetGraphic(8), Cancel));
    }

    [Fact]
    public async Task Read_BlankPicture_GivesNull()
    {
        using var blank = new Mat(300, 300, MatType.CV_8UC1, Scalar.White);
        Cv2.ImEncode(".png", blank, out var png);

        Assert.Null(await OpenCvQrReader.TryCreate()!.ReadAsync(png, Cancel));
    }

    [Fact]
    public async Task Read_NoPicture_GivesNull() =>
        Assert.Null(await OpenCvQrReader.TryCreate()!.ReadAsync([1, 2, 3], Cancel));
}
