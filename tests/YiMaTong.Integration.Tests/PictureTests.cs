using System.Buffers.Binary;
using OpenCvSharp;
using YiMaTong.AllInOne.Qr;
using YiMaTong.Integration.Tests.Target;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests;

/// <summary>B.1's picture before decoders that are not ours.</summary>
public sealed class PictureTests(AllInOneTarget target)
{
    private const int PixelsPerModule = 8;
    private const int QuietModules = 4;
    private const int SymbolModules = 29;
    private const string TextLine = "Text:";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task GenerateQrcode_Picture_ReadsToTheSameTextByOpenCv()
    {
        var (text, png) = await ShowAsync();
        var reader = OpenCvQrReader.TryCreate();

        Assert.NotNull(reader);
        Assert.Equal(text, await reader.ReadAsync(png, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task GenerateQrcode_Picture_ReadsToTheSameTextByZbar()
    {
        var (text, png) = await ShowAsync();
        var output = await ReadAsync(png, "zbarimg", "--raw", "-q", "--nodbus");

        Assert.Equal(text, output.TrimEnd('\r', '\n'));
    }

    [Fact]
    public async Task GenerateQrcode_Picture_ReadsToTheSameTextByZxing()
    {
        var (text, png) = await ShowAsync();
        var output = await ReadAsync(png, "ZXingReader");
        var line = output.Split('\n').Single(line => line.StartsWith(TextLine, StringComparison.Ordinal));
        // The reader puts one quotation mark on either side; what lies between is taken as it is, spaces and all.
        var quoted = line[TextLine.Length..].Trim();

        Assert.Equal($"\"{text}\"", quoted);
    }

    [Fact]
    public async Task GenerateQrcode_Picture_IsASymbolOf29ModulesWithItsQuietZone()
    {
        var (_, png) = await ShowAsync();
        var side = (SymbolModules + (2 * QuietModules)) * PixelsPerModule;
        // IHDR: width and height follow the signature, the chunk's length and its type.
        Assert.Equal(side, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(side, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));

        using var image = Cv2.ImDecode(png, ImreadModes.Grayscale);
        using var dark = new Mat();
        Cv2.Threshold(image, dark, 127, 255, ThresholdTypes.BinaryInv);
        using var points = new Mat();
        Cv2.FindNonZero(dark, points);
        var symbol = Cv2.BoundingRect(points);
        var quiet = QuietModules * PixelsPerModule;
        Assert.Equal(
            new Rect(quiet, quiet, SymbolModules * PixelsPerModule, SymbolModules * PixelsPerModule), symbol);
    }

    private async Task<(string Text, byte[] Png)> ShowAsync()
    {
        var server = await target.ServerAsync();
        var shown = await server.City.ShowAsync((string)server.Demo["accessToken"]!);
        return ((string)shown["qrcode"]!, Convert.FromBase64String((string)shown["qrcodeBase64"]!));
    }

    private static async Task<string> ReadAsync(byte[] png, string program, params string[] arguments)
    {
        using var folder = new TempDirectory();
        var file = folder.Combine("code.png");
        var stop = TestContext.Current.CancellationToken;
        await File.WriteAllBytesAsync(file, png, stop);
        var (exitCode, output) = await ManagedProcess.Run(
            program, [.. arguments, file], Limit, cancellationToken: stop);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
