using System.Xml.Linq;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.Repository;

/// <summary>A project of the repository, as its file says.</summary>
internal sealed record ProjectFile(string Name, string Path, string[] Projects, string[] Packages)
{
    /// <summary>Every project below src, tests and perf.</summary>
    public static IReadOnlyList<ProjectFile> All { get; } =
    [
        .. new[] { "src", "tests", "perf" }
            .Select(room => RepositoryRoot.Combine(room))
            .Where(System.IO.Directory.Exists)
            .SelectMany(room => System.IO.Directory.EnumerateFiles(room, "*.csproj", SearchOption.AllDirectories))
            .Select(Read),
    ];

    public bool IsSource => Path.StartsWith("src/", StringComparison.Ordinal);

    /// <summary>
    /// References of an MSBuild file: the last part of each without its ending, or the package's name.
    /// </summary>
    public static string[] References(string file, string element) =>
    [
        .. XDocument.Load(file).Descendants(element).Attributes("Include").Select(include => include.Value),
    ];

    private static ProjectFile Read(string file) => new(
        System.IO.Path.GetFileNameWithoutExtension(file),
        System.IO.Path.GetRelativePath(RepositoryRoot.Path, file),
        [.. References(file, "ProjectReference").Select(path => System.IO.Path.GetFileNameWithoutExtension(path)!)],
        References(file, "PackageReference"));
}
