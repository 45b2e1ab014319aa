using OpenCvSharp;

namespace YiMaTong.AllInOne.Qr;

/// <summary>
/// Reads with OpenCV's QR detector. Needs OpenCV's native library and, on Linux, GTK 3 beside it. A scanner sees many
/// frames of one code; so does this reader: about one symbol in a hundred has modules that the detector takes for a
/// finder pattern as long as rows and columns lie straight, and is found once it is turned.
/// </summary>
internal sealed class OpenCvQrReader : IQrReader
{
    // Degrees and scale. Of 1,500 codes the first left 16 unread and the last, alone, one.
    private static readonly (double Angle, double Scale)[] Views = [(0, 1), (0, 0.5), (33, 0.7)];

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
        foreach (var (angle, scale) in Views)
        {
            using var view = View(image, angle, scale);
            var text = detector.DetectAndDecode(view, out _);
            if (!string.IsNullOrEmpty(text))
            {
                return Task.FromResult<string?>(text);
            }
        }

        return Task.FromResult<string?>(null);
    }

    private static Mat View(Mat image, double angle, double scale)
    {
        var centre = new Point2f(image.Width / 2f, image.Height / 2f);
        using var turn = Cv2.GetRotationMatrix2D(centre, angle, scale);
        var view = new Mat();
        Cv2.WarpAffine(
            image, view, turn, image.Size(), InterpolationFlags.Linear, BorderTypes.Constant, Scalar.White);
        return view;
    }
}
