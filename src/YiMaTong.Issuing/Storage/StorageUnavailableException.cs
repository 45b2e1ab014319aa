using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// The database or a key file cannot be used. The message is one line for the operator that names the path and the
/// setting; start-up ends with it.
/// </summary>
public sealed class StorageUnavailableException : StartupException
{
    /// <summary>Says why.</summary>
    public StorageUnavailableException(string message) : base(message)
    {
    }

    /// <summary>Says why, with the private cause.</summary>
    public StorageUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
