using QRCoder;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// A code on a page to print: vectors, so that no printer blurs it. There is no name on it and no text. Thread-safe.
/// </summary>
internal static class QrPage
{
    // 61 modules with the quiet zone at 300 dots per inch make about five centimetres.
    private const int PixelsPerModule = 10;
    private const int DotsPerInch = 300;

    /// <summary>The page as PDF.</summary>
    public static byte[] ToPdf(string text)
    {
        using var matrix = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var page = new PdfByteQRCode(matrix);
        return page.GetGraphic(PixelsPerModule, "#000000", "#ffffff", DotsPerInch, 100);
    }
}
