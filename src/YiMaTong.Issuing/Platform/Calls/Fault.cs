using System.Text;
using Microsoft.Data.Sqlite;

namespace YiMaTong.Issuing.Platform;

/// <summary>
/// What a log may say of an exception. Messages stay out: many repeat the value that they complain of.
/// </summary>
internal static class Fault
{
    /// <summary>
    /// Types from the outermost to the innermost, SQLite's code where there is one, and the innermost stack.
    /// </summary>
    public static string Describe(Exception exception)
    {
        var text = new StringBuilder();
        var stack = exception.StackTrace;
        for (Exception? link = exception; link is not null; link = link.InnerException)
        {
            text.Append(text.Length == 0 ? "" : " <- ").Append(link.GetType().Name);
            if (link is SqliteException sqlite)
            {
                text.Append('(').Append(sqlite.SqliteExtendedErrorCode).Append(')');
            }

            stack = link.StackTrace ?? stack;
        }

        return text.AppendLine().Append(stack).ToString();
    }
}
