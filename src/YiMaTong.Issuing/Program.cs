using YiMaTong.Issuing;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddIssuing(builder.Configuration);

var app = builder.Build();
app.MapIssuing();
await app.RunAsync();
