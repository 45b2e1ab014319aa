using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace YiMaTong.Hosting.Settings;

/// <summary>Turns what stops a start into lines for an operator.</summary>
public static class StartupFailure
{
    /// <summary>Describes a failure that an operator can mend.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>One line a fault; null where the exception is a programmer's fault and its trace is wanted.</returns>
    public static IReadOnlyList<string>? Describe(Exception exception)
    {
        // What is thrown around a socket's fault names the address; the fault itself does not.
        var around = exception;
        for (var current = exception; current is not null; around = current, current = current.InnerException)
        {
            switch (current)
            {
                case AggregateException { InnerExceptions.Count: > 0 } many:
                    return Combine(many);
                case StartupException:
                    return [current.Message.ReplaceLineEndings(" ")];
                case OptionsValidationException invalid:
                    return [.. invalid.Failures];
                case AddressInUseException:
                    return [$"A port is in use by another process: {FirstLine(around)}"];
                case SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable }:
                    return [$"Cannot listen: {FirstLine(around)}"];
                case InvalidOperationException when current.Message.StartsWith(
                    "Failed to convert configuration value", StringComparison.Ordinal):
                    return [FirstLine(current)];
            }
        }

        return null;
    }

    private static List<string>? Combine(AggregateException many)
    {
        var lines = new List<string>();
        foreach (var inner in many.InnerExceptions)
        {
            if (Describe(inner) is not { } described)
            {
                return null;
            }

            lines.AddRange(described);
        }

        return lines;
    }

    private static string FirstLine(Exception exception) => exception.Message.Split('\n', 2)[0].Trim();
}
