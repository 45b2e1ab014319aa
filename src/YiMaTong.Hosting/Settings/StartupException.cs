namespace YiMaTong.Hosting.Settings;

/// <summary>
/// The process cannot start for a reason that an operator can mend. Its message is one line, fit to be printed as it
/// is.
/// </summary>
public class StartupException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">One line that names the setting, file or port.</param>
    public StartupException(string message) : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    public StartupException(string message, Exception cause) : base(message, cause)
    {
    }
}
