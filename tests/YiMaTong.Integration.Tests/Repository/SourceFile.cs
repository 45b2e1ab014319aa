using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.Repository;

/// <summary>A C# file that a person wrote: build output, generated code and migrations are left out.</summary>
internal sealed record SourceFile(string Path, string[] Lines)
{
    private static readonly string[] NotOurs = ["bin", "obj", "Migrations", "node_modules"];

    /// <summary>All of them below a folder of the repository, in order of path.</summary>
    public static IReadOnlyList<SourceFile> Below(string folder) =>
    [
        .. System.IO.Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(RepositoryRoot.Path, file))
            .Where(path => !path.Split('/').Intersect(NotOurs).Any())
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllLines(RepositoryRoot.Combine(path)))),
    ];

    /// <summary>Places at which a line is as told, as "path:line".</summary>
    public IEnumerable<string> Where(Func<string, bool> condition) => Lines
        .Select((line, index) => (Line: line, Place: $"{Path}:{index + 1}"))
        .Where(entry => condition(entry.Line))
        .Select(entry => entry.Place);
}
