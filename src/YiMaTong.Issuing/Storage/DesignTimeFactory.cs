using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace YiMaTong.Issuing.Storage;

/// <summary>Builds the model for <c>dotnet ef</c>, without settings or a database at hand.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<IssuingDbContext>
{
    public IssuingDbContext CreateDbContext(string[] args) => new(
        (DbContextOptions<IssuingDbContext>)new DbContextOptionsBuilder<IssuingDbContext>()
            .UseSqlite(SqliteSettings.ConnectionString("design.db"))
            .UseSnakeCaseNamingConvention()
            .Options);
}
