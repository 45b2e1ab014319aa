using Microsoft.Extensions.Options;
using YiMaTong.Directory;

namespace YiMaTong.Decode;

/// <summary>Checks the directory's settings at start.</summary>
internal sealed class DirectoryOptionsValidator : IValidateOptions<DirectoryOptions>
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Directory";

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, DirectoryOptions options)
    {
        var faults = options.Validate().Select(fault => $"{Section}:{fault}").ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
