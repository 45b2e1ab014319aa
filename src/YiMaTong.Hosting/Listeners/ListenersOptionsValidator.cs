using System.Net;
using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Hosting.Listeners;

internal sealed class ListenersOptionsValidator : IValidateOptions<ListenersOptions>
{
    public ValidateOptionsResult Validate(string? name, ListenersOptions options)
    {
        int[] ports = [options.RestPort, options.GrpcPort, options.AdminPort];
        var fixedPorts = ports.Where(port => port != 0).ToArray();
        var errors = new SettingErrors(ListenersOptions.Section);
        for (var i = 0; i < options.TrustedProxies.Count; i++)
        {
            errors.Require(
                TrustedProxies.TryRead(options.TrustedProxies[i], out _), $"{nameof(options.TrustedProxies)}:{i}",
                "must be an IP address or a network like 10.1.0.0/16", options.TrustedProxies[i]);
        }

        return errors
            .Require(IsAddress(options.Address), nameof(options.Address), "must be an IP address or *", options.Address)
            .Require(
                options.AdminAddress.Length == 0 || IsAddress(options.AdminAddress),
                nameof(options.AdminAddress), "must be an IP address, * or empty", options.AdminAddress)
            .Range(nameof(options.RestPort), options.RestPort, 0, 65535)
            .Range(nameof(options.GrpcPort), options.GrpcPort, 0, 65535)
            .Range(nameof(options.AdminPort), options.AdminPort, 0, 65535)
            .Require(
                fixedPorts.Distinct().Count() == fixedPorts.Length,
                "RestPort/GrpcPort/AdminPort", "must differ from one another", string.Join('/', ports))
            .Range(nameof(options.DrainSeconds), options.DrainSeconds, 0, 300)
            .Range(nameof(options.StopSeconds), options.StopSeconds, 1, 300)
            .Range(nameof(options.MaxBodyBytes), options.MaxBodyBytes, 1024, 1024 * 1024)
            .Range(nameof(options.MaxGrpcMessageBytes), options.MaxGrpcMessageBytes, 1024, 16 * 1024 * 1024)
            .Range(nameof(options.RequestsPerSecondPerAddress), options.RequestsPerSecondPerAddress, 0, 100_000_000)
            .Range(nameof(options.MaxConcurrentRequests), options.MaxConcurrentRequests, 1, 1_000_000)
            .Range(nameof(options.MaxConnections), options.MaxConnections, 1, 1_000_000)
            .Range(nameof(options.MaxStreamsPerConnection), options.MaxStreamsPerConnection, 1, 1_000)
            .Result;
    }

    private static bool IsAddress(string value) => value == "*" || IPAddress.TryParse(value, out _);
}
