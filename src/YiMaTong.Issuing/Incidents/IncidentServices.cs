using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing.Notices;
using YiMaTong.Issuing.Sms;

namespace YiMaTong.Issuing.Incidents;

/// <summary>Registers incidents, notices and SMS (clause 7.2.2).</summary>
internal static class IncidentServices
{
    public static IServiceCollection AddIssuingIncidents(
        this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<IncidentOptions, IncidentOptionsValidator>(
            configuration.GetSection(IncidentOptions.Section));
        services.AddHttpClient(NodeProbe.ClientName).ConfigurePrimaryHttpMessageHandler(Direct);
        services.AddSingleton<IncidentBoard>();
        services.AddSingleton<IncidentFile>();
        services.AddSingleton<IncidentStore>();
        services.AddSingleton<IncidentDesk>();
        services.AddSingleton<SelfProbe>();
        services.AddSingleton<NodeProbe>();
        services.AddSingleton<IncidentWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<IncidentWatch>());
        services.AddSingleton<IncidentMetrics>();
        services.AddSingleton<NoticeBoard>();
        services.AddSingleton<IStartupFilter, NoticeStartupFilter>();
        AddSms(services, configuration);
        return services;
    }

    public static IEndpointRouteBuilder MapIssuingIncidents(this IEndpointRouteBuilder endpoints)
    {
        // The gauge of open incidents counts from the start, not from the first SMS.
        endpoints.ServiceProvider.GetRequiredService<IncidentMetrics>();
        endpoints.MapGrpcService<IncidentGrpcService>();
        endpoints.MapGrpcService<NoticeEndpoint>();
        return endpoints;
    }

    private static void AddSms(IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<SmsOptions, SmsOptionsValidator>(configuration.GetSection(SmsOptions.Section));
        services.AddHttpClient(HttpSmsGateway.ClientName).ConfigurePrimaryHttpMessageHandler(Direct);
        services.AddSingleton<SmsTexts>();
        services.AddSingleton<SmsRecipients>();
        services.AddSingleton<SmsQueue>();
        services.AddSingleton<HttpSmsGateway>();
        services.AddSingleton<FileSmsGateway>();
        services.AddSingleton<AbsentSmsGateway>();
        services.AddSingleton<ISmsGateway>(provider =>
            provider.GetRequiredService<IOptions<SmsOptions>>().Value.Mode switch
            {
                SmsOptions.Http => provider.GetRequiredService<HttpSmsGateway>(),
                SmsOptions.File => provider.GetRequiredService<FileSmsGateway>(),
                _ => provider.GetRequiredService<AbsentSmsGateway>(),
            });
        services.AddSingleton<SmsDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<SmsDispatcher>());
    }

    // A redirect would carry numbers, or a probe, to an address that no setting names.
    private static SocketsHttpHandler Direct() => new() { AllowAutoRedirect = false };
}
