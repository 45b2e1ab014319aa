using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.Repository;

/// <summary>Dependencies point one way, and every package has its use and its reason.</summary>
public sealed class DependencyTests
{
    private static readonly string[] Executables = [
        "YiMaTong.AllInOne", "YiMaTong.Decode", "YiMaTong.GateProgram", "YiMaTong.Issuing"];

    /// <summary>What each source project may reference.</summary>
    public static TheoryData<string, string> Allowed => new()
    {
        { "Codes", "" },
        { "Rules", "" },
        { "Contracts", "" },
        { "Directory", "Codes" },
        { "Hosting", "Codes Contracts" },
        { "Decode", "Hosting Directory Rules Codes Contracts" },
        { "Issuing", "Hosting Rules Codes Contracts" },
        { "Gate", "Codes Contracts" },
        { "GateProgram", "Gate Hosting Codes Contracts" },
        { "AllInOne", "Decode Issuing Gate Hosting Codes Contracts" },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void References_OfASourceProject_PointOneWay(string project, string allowed)
    {
        var references = Find(project).Projects;

        Assert.Subset(
            allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => $"YiMaTong.{name}").ToHashSet(),
            references.ToHashSet());
    }

    [Fact]
    public void SourceProjects_All_AreInTheTableOfDirections()
    {
        var known = Allowed.Select(row => $"YiMaTong.{row.Data.Item1}").Order();

        Assert.Equal(known, ProjectFile.All.Where(project => project.IsSource).Select(project => project.Name).Order());
    }

    [Fact]
    public void Executables_AreReferencedByAllInOneAndTestsOnly()
    {
        var others = ProjectFile.All
            .Where(project => project.IsSource && project.Name != "YiMaTong.AllInOne")
            .Where(project => project.Projects.Intersect(Executables).Any());

        Assert.Empty(others.Select(project => project.Name));
    }

    [Fact]
    public void FasterPackage_IsReferencedByDirectoryOnly()
    {
        var users = ProjectFile.All.Where(project => project.Packages.Contains("Microsoft.FASTER.Core"));

        Assert.Equal(["YiMaTong.Directory"], users.Where(project => project.IsSource).Select(project => project.Name));
    }

    [Fact]
    public void Contracts_HoldNothingWrittenByHand()
    {
        var sources = SourceFile.Below("src/YiMaTong.Contracts");

        Assert.Empty(sources.Select(source => source.Path));
    }

    [Fact]
    public void Solution_NamesEveryProject()
    {
        var solution = File.ReadAllText(RepositoryRoot.Combine("YiMaTong.sln")).Replace('\\', '/');

        Assert.DoesNotContain(ProjectFile.All, project => !solution.Contains(project.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void PinnedPackages_AreAllUsed()
    {
        var used = ProjectFile.All.SelectMany(project => project.Packages)
            .Concat(ProjectFile.References(RepositoryRoot.Combine("Directory.Build.targets"), "PackageReference"))
            .ToHashSet();

        Assert.Equal([], Missing(used.Contains));
    }

    [Fact]
    public void PinnedPackages_AreAllExplained()
    {
        var document = RepositoryRoot.Combine("docs", "dependencies.md");
        Assert.True(File.Exists(document), "docs/dependencies.md is missing");
        var text = File.ReadAllText(document);

        Assert.Equal([], Missing(package => text.Contains($"`{package}`", StringComparison.Ordinal)
            || text.Contains($"{package} ", StringComparison.Ordinal)));
    }

    private static string[] Missing(Func<string, bool> found) => [.. Pinned().Where(package => !found(package))];

    private static string[] Pinned() =>
        ProjectFile.References(RepositoryRoot.Combine("Directory.Packages.props"), "PackageVersion");

    private static ProjectFile Find(string project) =>
        ProjectFile.All.Single(candidate => candidate.IsSource && candidate.Name == $"YiMaTong.{project}");
}
