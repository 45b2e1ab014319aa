using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Incidents;

/// <summary>Collects every error of the watch's settings. Thread-safe.</summary>
internal sealed class IncidentOptionsValidator : IValidateOptions<IncidentOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, IncidentOptions options)
    {
        var errors = new SettingErrors(IncidentOptions.Section)
            .Range(
                nameof(options.DecodeNodesLeast), options.DecodeNodesLeast, 1, Math.Max(1, options.DecodeNodes.Count))
            .Require(
                options.DecodeDataAgeSeconds is >= 0 and <= 86_400, nameof(options.DecodeDataAgeSeconds),
                "must be 0 to 86,400", options.DecodeDataAgeSeconds)
            .Require(
                options.ProbeSeconds is >= 1 and <= 300, nameof(options.ProbeSeconds), "must be 1 to 300",
                options.ProbeSeconds)
            .Range(nameof(options.ProbeTimeoutMs), options.ProbeTimeoutMs, 100, 60_000)
            .Range(nameof(options.FailuresToOpen), options.FailuresToOpen, 1, 100)
            .Require(
                options.OpenAfterSeconds is >= 0 and <= 3600, nameof(options.OpenAfterSeconds), "must be 0 to 3,600",
                options.OpenAfterSeconds)
            .Range(nameof(options.SuccessesToClose), options.SuccessesToClose, 1, 100)
            .Range(nameof(options.CacheSeconds), options.CacheSeconds, 0, 300)
            .Range(nameof(options.ShowClosedSeconds), options.ShowClosedSeconds, 0, 86_400);
        for (var index = 0; index < options.DecodeNodes.Count; index++)
        {
            var node = options.DecodeNodes[index];
            errors.Require(
                Uri.TryCreate(node, UriKind.Absolute, out var address)
                && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
                && address.PathAndQuery == "/",
                $"{nameof(options.DecodeNodes)}:{index}", "must be an absolute http or https address without a path",
                node);
        }

        return errors.Result;
    }
}
