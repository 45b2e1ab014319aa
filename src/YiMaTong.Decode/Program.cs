using YiMaTong.Decode;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDecode(builder.Configuration);
var app = builder.Build();
app.MapDecode();
await app.RunAsync();
