using QRCoder;

namespace YiMaTong.Issuing.Minting;

/// <summary>
/// Draws a code's text. Its characters are all of QR's alphanumeric set, so 60 of them fit version 3 at level M: 29 by
/// 29 modules, which phones read at arm's length. Thread-safe.
/// </summary>
internal static class QrPicture
{
    private const int PixelsPerModule = 8;

    /// <summary>
    /// The picture as PNG, black on white, with the quiet zone of four modules that ISO/IEC 18004 asks
    /// for.
    /// </summary>
    public static byte[] ToPng(string text)
    {
        using var matrix = Encode(text);
        using var picture = new PngByteQRCode(matrix);
        return picture.GetGraphic(PixelsPerModule, drawQuietZones: true);
    }

    /// <summary>The modules, quiet zone included.</summary>
    internal static QRCodeData Encode(string text) =>
        QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
}
