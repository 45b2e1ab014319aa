using System.Globalization;
using Microsoft.Extensions.Options;

namespace YiMaTong.Issuing;

/// <summary>Finds every fault of the settings at once and names key and value. Thread-safe.</summary>
internal sealed class IssuingOptionsValidator : IValidateOptions<IssuingOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, IssuingOptions options)
    {
        var faults = new List<string>();
        RequirePath(faults, nameof(options.Database), options.Database);
        RequirePath(faults, nameof(options.SealKeyFile), options.SealKeyFile);
        RequirePath(faults, nameof(options.FeedTokenFile), options.FeedTokenFile);
        RequireDistinct(faults, options);
        RequireRange(faults, "Feed:HeartbeatSeconds", options.Feed.HeartbeatSeconds, 0.1, 60);
        RequireRange(faults, "Feed:PollMilliseconds", options.Feed.PollMilliseconds, 10, 10_000);
        RequireRange(faults, "Feed:KeepRevisions", options.Feed.KeepRevisions, 1, 1e12);
        RequireRange(faults, "Feed:TrimSeconds", options.Feed.TrimSeconds, 1, 86_400);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void RequirePath(List<string> faults, string key, string value)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Contains('\0'))
        {
            faults.Add($"{IssuingOptions.Section}:{key}: the path of a file is needed ({value.Replace('\0', '?')})");
        }
    }

    private static void RequireDistinct(List<string> faults, IssuingOptions options)
    {
        if (options.SealKeyFile.Length > 0 && options.SealKeyFile == options.FeedTokenFile)
        {
            faults.Add(
                $"{IssuingOptions.Section}:FeedTokenFile: must not be the file of {IssuingOptions.Section}:SealKeyFile "
                + $"({options.FeedTokenFile})");
        }
    }

    private static void RequireRange(List<string> faults, string key, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
        {
            var culture = CultureInfo.InvariantCulture;
            faults.Add(string.Create(culture, $"{IssuingOptions.Section}:{key}: must be {least:N1} to {most:N0} ({value})"));
        }
    }
}
