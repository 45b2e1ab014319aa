using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace YiMaTong.Codes.OpenSsl;

/// <summary>
/// The OpenSSL that the platform itself has loaded. Calls to it that the platform does not offer go to the same
/// library, or are not made at all: another one in the process could be one that nobody keeps up to date.
/// </summary>
internal static partial class PlatformOpenSsl
{
    /// <summary>Name of the library, for imports.</summary>
    internal const string Library = "libcrypto.so.3";

    /// <summary>
    /// Whether the library is there, is the platform's, and does right. False for whatever reason, which a caller
    /// answers by the platform's own way.
    /// </summary>
    /// <param name="isRight">Tries the calls out on known values.</param>
    internal static bool Has(Func<bool> isRight)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            return OpenSSL_version_num() == (nuint)SafeEvpPKeyHandle.OpenSslVersion && isRight();
        }
        catch (Exception absent) when (absent is DllNotFoundException or EntryPointNotFoundException
            or CryptographicException or PlatformNotSupportedException or TypeInitializationException)
        {
            return false;
        }
    }

    /// <summary>Empties the thread's queue of errors, which is the platform's too: after each refused call.</summary>
    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    internal static partial void ClearErrors();

    [LibraryImport(Library)]
    private static partial nuint OpenSSL_version_num();
}
