using Microsoft.Extensions.Options;

namespace YiMaTong.Hosting.Settings;

/// <summary>Collects what is wrong with a section of settings, so that an operator sees every fault at once.</summary>
/// <param name="section">The section's name, for example "Listeners".</param>
public sealed class SettingErrors(string section)
{
    private readonly List<string> _errors = [];

    /// <summary>Asks for a number within bounds.</summary>
    public SettingErrors Range(string key, long value, long least, long most) =>
        Require(value >= least && value <= most, key, $"must be {least} to {most}", value);

    /// <summary>Asks for a text that is not empty.</summary>
    public SettingErrors NotEmpty(string key, string? value) =>
        Require(!string.IsNullOrWhiteSpace(value), key, "must be set", value);

    /// <summary>Asks for a condition; the error names the key and the value.</summary>
    public SettingErrors Require(bool holds, string key, string demand, object? value)
    {
        if (!holds)
        {
            _errors.Add($"{section}:{key}: {demand} (is '{value}')");
        }

        return this;
    }

    /// <summary>The verdict for the options system.</summary>
    public ValidateOptionsResult Result =>
        _errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_errors);
}
