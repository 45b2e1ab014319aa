using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Audit;

/// <summary>Builds the model for <c>dotnet ef</c>, without settings or a database at hand.</summary>
internal sealed class DecisionDesignTimeFactory : IDesignTimeDbContextFactory<DecisionDbContext>
{
    public DecisionDbContext CreateDbContext(string[] args) => new(
        (DbContextOptions<DecisionDbContext>)new DbContextOptionsBuilder<DecisionDbContext>()
            .UseSqlite(SqliteSettings.ConnectionString("design.db"))
            .UseSnakeCaseNamingConvention()
            .Options);
}
