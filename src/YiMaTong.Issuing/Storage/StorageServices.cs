using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using YiMaTong.Hosting;
using YiMaTong.Hosting.Envelope;

namespace YiMaTong.Issuing.Storage;

/// <summary>Registers the database and what writes to it.</summary>
internal static class StorageServices
{
    public static IServiceCollection AddIssuingStorage(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SqliteSettings>();
        services.AddPooledDbContextFactory<IssuingDbContext>(Configure);
        services.AddSingleton<ChangeWriter>();
        services.AddSingleton(CreateSealer);
        services.AddSingleton<FeedMark>();
        services.AddSingleton<StorageFaults>();
        services.AddSingleton<IDegradationJudge>(provider => provider.GetRequiredService<StorageFaults>());
        services.AddSingleton<StorageStarter>();
        services.AddHostedService(provider => provider.GetRequiredService<StorageStarter>());
        services.AddHealthChecks().AddCheck<StorageHealthCheck>(
            StorageHealthCheck.Name, tags: [YiMaTongHosting.ReadyTag]);
        return services;
    }

    private static void Configure(IServiceProvider services, DbContextOptionsBuilder builder) =>
        Configure(services, builder, services.GetRequiredService<IOptions<IssuingOptions>>().Value.Database);

    /// <summary>Sets a context up on a SQLite file.</summary>
    public static void Configure(IServiceProvider services, DbContextOptionsBuilder builder, string path) => builder
        .UseSqlite(SqliteSettings.ConnectionString(path))
        .UseSnakeCaseNamingConvention()
        // The feed looks into the database several times a second: at Information this would fill the log.
        .ConfigureWarnings(warnings => warnings.Log((RelationalEventId.CommandExecuted, LogLevel.Debug)))
        .AddInterceptors(services.GetRequiredService<SqliteSettings>());

    private static FieldSealer CreateSealer(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<IssuingOptions>>().Value;
        return new FieldSealer(
            KeyFiles.ReadKey($"{IssuingOptions.Section}:SealKeyFile", options.SealKeyFile, options.CreateMissingKeys));
    }
}
