using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using YiMaTong.Gate;
using YiMaTong.Gate.Offline;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.GateProgram;

/// <summary>The settings of the program: sections "Gate" and "Gate:Offline", keys in files beside them.</summary>
internal sealed record GateSettings(GateOptions Online, OfflineOptions Offline)
{
    private const string Section = "Gate", OfflineSection = "Gate:Offline";
    private const string PrivateKeyFile = "PrivateKeyFile", RootKeyFiles = "RootKeyFiles";

    /// <summary>Reads appsettings.json in the working directory, the environment, then the command line.</summary>
    /// <exception cref="AggregateException">Settings are wrong: every one that is, is named.</exception>
    public static GateSettings Read(string[] commandLine)
    {
        var configuration = new ConfigurationBuilder()
            .SetBasePath(Environment.CurrentDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(commandLine)
            .Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddValidatedOptions<GateOptions, GateValidator>(configuration.GetSection(Section));
        services.AddValidatedOptions<OfflineOptions, OfflineValidator>(configuration.GetSection(OfflineSection));
        services.PostConfigure<GateOptions>(options =>
            options.PrivateKeyPem = Content(configuration[$"{Section}:{PrivateKeyFile}"]) ?? options.PrivateKeyPem);
        services.PostConfigure<OfflineOptions>(options =>
        {
            foreach (var file in Files(configuration))
            {
                options.RootKeysPem.Add(Content(file) ?? "");
            }
        });
        using var provider = services.BuildServiceProvider();
        var failures = new List<Exception>();
        var online = Value<GateOptions>(provider, failures);
        var offline = Value<OfflineOptions>(provider, failures);
        return failures.Count == 0 ? new GateSettings(online!, offline!) : throw new AggregateException(failures);
    }

    private static T? Value<T>(ServiceProvider provider, List<Exception> failures)
        where T : class
    {
        try
        {
            return provider.GetRequiredService<IOptions<T>>().Value;
        }
        catch (Exception wrong) when (StartupFailure.Describe(wrong) is not null)
        {
            failures.Add(wrong);
            return null;
        }
    }

    private static IEnumerable<string> Files(IConfiguration configuration) =>
        configuration.GetSection($"{OfflineSection}:{RootKeyFiles}").GetChildren().Select(file => file.Value ?? "");

    private static string? Content(string? file)
    {
        try
        {
            return string.IsNullOrEmpty(file) ? null : File.ReadAllText(file);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The validator says that what it should hold is not there.
            return null;
        }
    }

    private static ValidateOptionsResult Verdict(string section, IEnumerable<string> problems)
    {
        var named = problems.Select(problem => $"{section}:{problem}").ToList();
        return named.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(named);
    }

    private sealed class GateValidator(IConfiguration configuration) : IValidateOptions<GateOptions>
    {
        public ValidateOptionsResult Validate(string? name, GateOptions options)
        {
            var file = configuration[$"{Section}:{PrivateKeyFile}"];
            return Verdict(Section, options.Validate().Select(problem =>
                problem.StartsWith(nameof(options.PrivateKeyPem), StringComparison.Ordinal)
                    ? $"{PrivateKeyFile}: holds no usable private key ({file})"
                    : problem));
        }
    }

    private sealed class OfflineValidator(IConfiguration configuration) : IValidateOptions<OfflineOptions>
    {
        public ValidateOptionsResult Validate(string? name, OfflineOptions options)
        {
            var files = Files(configuration).ToList();
            return Verdict(OfflineSection, options.Validate().Select(problem =>
                problem.StartsWith(nameof(options.RootKeysPem), StringComparison.Ordinal)
                    ? $"{RootKeyFiles}{problem[nameof(options.RootKeysPem).Length..]} ({string.Join(", ", files)})"
                    : problem));
        }
    }
}
