using YiMaTong.Decode;
using YiMaTong.Hosting;

return await HostRunner.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddYiMaTongHosting();
    builder.Services.AddDecode(builder.Configuration);
    var app = builder.Build();
    app.UseYiMaTongHosting();
    app.MapDecode();
    return app;
});
