using OpenCvSharp;

namespace YiMaTong.AllInOne.Qr;

/// <summary>Reads with OpenCV's QR detector. Needs OpenCV's native library and, on Linux, GTK 3 beside it.</summary>
internal sealed class OpenCvQrReader : IQrReader
{
    public string Name => "OpenCV";

    /// <summary>Makes one where the native library loads; null elsewhere.</summary>
    public static OpenCvQrReader? TryCreate()
    {
        try
        {
            using var probe = new QRCodeDetector();
            return new OpenCvQrReader();
        }
        catch (Exception missing) when (missing is DllNotFoundException or TypeInitializationException)
        {
            return null;
        }
    }

    public Task<string?> ReadAsync(byte[] png, CancellationToken cancellation)
    {
        using var image = Cv2.ImDecode(png, ImreadModes.Grayscale);
        if (image.Empty())
        {
            return Task.FromResult<string?>(null);
        }

        using var detector = new QRCodeDetector();
        var text = detector.DetectAndDecode(image, out _);
        return Task.FromResult(string.IsNullOrEmpty(text) ? null : text);
    }
}
