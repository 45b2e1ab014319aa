using System.ComponentModel;
using System.Diagnostics;

namespace YiMaTong.AllInOne.Qr;

/// <summary>Reads with <c>zbarimg</c>, for machines where OpenCV's native library does not load.</summary>
internal sealed class ZbarQrReader : IQrReader
{
    public string Name => "zbarimg";

    /// <summary>Makes one where the program is installed; null elsewhere.</summary>
    public static ZbarQrReader? TryCreate()
    {
        try
        {
            using var probe = Process.Start(Command("--version"))!;
            probe.StandardOutput.ReadToEnd();
            probe.WaitForExit();
            return new ZbarQrReader();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    public async Task<string?> ReadAsync(byte[] png, CancellationToken cancellation)
    {
        // The code goes by standard input: a file or an argument would outlive it.
        using var process = Process.Start(Command("--quiet", "--raw", "--nodbus", "-"))!;
        await process.StandardInput.BaseStream.WriteAsync(png, cancellation);
        process.StandardInput.Close();
        var text = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return text.Length == 0 ? null : text.TrimEnd('\n');
    }

    private static ProcessStartInfo Command(params string[] arguments) => new("zbarimg", arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
