using YiMaTong.Hosting;

namespace YiMaTong.Decode.Overflow;

/// <summary>Registers what tells of the directory's overflow file.</summary>
internal static class OverflowServices
{
    public static IServiceCollection AddOverflow(this IServiceCollection services)
    {
        services.AddHostedService<OverflowWatch>();
        services.AddHealthChecks().AddCheck<OverflowHealth>("overflow", tags: [YiMaTongHosting.ReadyTag]);
        return services;
    }
}
