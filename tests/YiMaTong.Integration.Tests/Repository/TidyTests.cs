using System.Text.RegularExpressions;

namespace YiMaTong.Integration.Tests.Repository;

/// <summary>The style that no analyzer holds.</summary>
public sealed partial class TidyTests
{
    private const int LinesMax = 300;
    private const int ColumnsMax = 120;

    private static readonly string[] Unfinished =
        ["TO" + "DO", "Not" + "ImplementedException", "Thread." + "Sleep", "Null" + "Device"];

    private static readonly IReadOnlyList<SourceFile> Source = SourceFile.Below("src");
    private static readonly IReadOnlyList<SourceFile> Tests = SourceFile.Below("tests");

    [Fact]
    public void SourceFiles_AreOfReadableLength() =>
        Assert.Empty(
            Source.Where(file => file.Lines.Length > LinesMax).Select(file => $"{file.Path}: {file.Lines.Length}"));

    [Fact]
    public void Lines_FitTheColumns() =>
        Assert.Empty(Source.Concat(Tests).SelectMany(file => file.Where(line => line.Length > ColumnsMax)));

    [Fact]
    public void Namespaces_AreFileScoped() =>
        Assert.Empty(Source.Concat(Tests).SelectMany(file => file.Where(line => BlockNamespace().IsMatch(line))));

    [Fact]
    public void SourceFiles_HoldNothingUnfinished() =>
        Assert.Empty(Source.SelectMany(file => file.Where(
            line => Unfinished.Any(word => line.Contains(word, StringComparison.Ordinal)))));

    [Fact]
    public void Files_NameNoPathOfAMachine() =>
        Assert.Empty(Source.Concat(Tests).SelectMany(file => file.Where(line => MachinePath().IsMatch(line))));

    [GeneratedRegex(@"^namespace [\w.]+\s*(\{|$)")]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(@"(?<![\w.])/(home|root|work|Users)/\w|[A-Z]:\\\w")]
    private static partial Regex MachinePath();
}
