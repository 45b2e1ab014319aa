using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Sms;

/// <summary>Collects every error of the SMS settings, and keeps the file out of production. Thread-safe.</summary>
internal sealed class SmsOptionsValidator(IConfiguration configuration) : IValidateOptions<SmsOptions>
{
    private const int TemplateMax = 100;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, SmsOptions options)
    {
        var http = options.Mode == SmsOptions.Http;
        var file = options.Mode == SmsOptions.File;
        return new SettingErrors(SmsOptions.Section)
            .Require(
                http || file || options.Mode == SmsOptions.None, nameof(options.Mode), "must be none, http or file",
                options.Mode)
            .Require(
                !file || configuration.GetValue("Issuing:Demonstration", false), nameof(options.Mode),
                "is for demonstrations and needs Issuing:Demonstration to be true", options.Mode)
            .Require(
                !http || IsSafe(options.Endpoint), nameof(options.Endpoint),
                "must be an absolute https address, or http on a loopback address", options.Endpoint)
            .Require(!http || options.KeyFile.Length > 0, nameof(options.KeyFile), "must be set", options.KeyFile)
            .Require(
                !file || options.OutboxFile.Length > 0, nameof(options.OutboxFile), "must be set", options.OutboxFile)
            .Range(nameof(options.TimeoutMs), options.TimeoutMs, 100, 60_000)
            .Range(nameof(options.PerSecond), options.PerSecond, 1, 10_000)
            .Range(nameof(options.Concurrency), options.Concurrency, 1, 256)
            .Range(nameof(options.MaxAttempts), options.MaxAttempts, 1, 100)
            .Require(
                options.BackoffSeconds is >= 0.1 and <= 60, nameof(options.BackoffSeconds), "must be 0.1 to 60",
                options.BackoffSeconds)
            .Require(
                options.BackoffMaxSeconds is >= 1 and <= 3600, nameof(options.BackoffMaxSeconds), "must be 1 to 3,600",
                options.BackoffMaxSeconds)
            .Require(
                options.Language is "zh" or "en" or "both", nameof(options.Language), "must be zh, en or both",
                options.Language)
            .Require(
                IsTemplate(options.TemplateZh), nameof(options.TemplateZh),
                $"must hold {SmsOptions.Placeholder} and at most {TemplateMax} characters", options.TemplateZh)
            .Require(
                IsTemplate(options.TemplateEn), nameof(options.TemplateEn),
                $"must hold {SmsOptions.Placeholder} and at most {TemplateMax} characters", options.TemplateEn)
            .Range(nameof(options.KeepDays), options.KeepDays, 1, 365)
            .Result;
    }

    private static bool IsTemplate(string text) =>
        text.Length <= TemplateMax && text.Contains(SmsOptions.Placeholder, StringComparison.Ordinal);

    // Phone numbers travel there: in clear only where they do not leave the machine.
    private static bool IsSafe(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
        && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback));
}
