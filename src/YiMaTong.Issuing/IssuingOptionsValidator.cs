using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing;

/// <summary>Finds every fault of the settings at once and names key and value. Thread-safe.</summary>
internal sealed class IssuingOptionsValidator : IValidateOptions<IssuingOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, IssuingOptions options)
    {
        var feed = options.Feed;
        return new SettingErrors(IssuingOptions.Section)
            .NotEmpty("Database", options.Database)
            .NotEmpty("SealKeyFile", options.SealKeyFile)
            .NotEmpty("FeedTokenFile", options.FeedTokenFile)
            .Require(
                options.FeedTokenFile.Length == 0 || options.FeedTokenFile != options.SealKeyFile,
                "FeedTokenFile", "must not be the file of Issuing:SealKeyFile", options.FeedTokenFile)
            .Require(feed.HeartbeatSeconds is >= 0.1 and <= 60, "Feed:HeartbeatSeconds", "must be 0.1 to 60",
                feed.HeartbeatSeconds)
            .Range("Feed:PollMilliseconds", feed.PollMilliseconds, 10, 10_000)
            .Range("Feed:KeepRevisions", feed.KeepRevisions, 1, 1_000_000_000_000)
            .Require(
                feed.TrimSeconds is >= 1 and <= 86_400, "Feed:TrimSeconds", "must be 1 to 86,400", feed.TrimSeconds)
            .Result;
    }
}
