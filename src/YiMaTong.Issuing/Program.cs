using YiMaTong.Hosting;
using YiMaTong.Issuing;

return await HostRunner.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddYiMaTongHosting();
    builder.Services.AddIssuing(builder.Configuration);

    var app = builder.Build();
    app.UseYiMaTongHosting();
    app.MapIssuing();
    return app;
});
