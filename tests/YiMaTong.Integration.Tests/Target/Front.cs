using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using YiMaTong.Testing;

namespace YiMaTong.Integration.Tests.Target;

/// <summary>
/// A real nginx with the configuration that we hand out. Changed are the certificate's place, the upstreams' addresses,
/// and the ports, which are sockets in a folder: nothing else on the machine can hold them.
/// </summary>
internal sealed class Front : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly ManagedProcess _nginx;
    private readonly TempDirectory _folder;

    private Front(ManagedProcess nginx, TempDirectory folder)
    {
        (_nginx, _folder) = (nginx, folder);
        Rest = new HttpClient(Handler("rest.sock")) { BaseAddress = new Uri("https://ymt.example.org") };
        Gates = GrpcChannel.ForAddress(
            "https://gates.ymt.example.org",
            new GrpcChannelOptions { HttpHandler = Handler("gates.sock"), DisposeHttpClient = true });
    }

    /// <summary>What apps and merchants reach.</summary>
    public HttpClient Rest { get; }

    /// <summary>What gates reach.</summary>
    public GrpcChannel Gates { get; }

    /// <summary>Starts a front before services.</summary>
    /// <param name="rest">Host and port of both services' REST; null for services that are down.</param>
    /// <param name="grpc">Host and port of both services' gRPC.</param>
    public static async Task<Front> StartAsync(string? rest, string? grpc)
    {
        var folder = new TempDirectory("yimatong-front-");
        WriteCertificate(folder);
        var down = $"unix:{folder.Combine("nobody.sock")}";
        var site = (await File.ReadAllTextAsync(RepositoryRoot.Combine("deploy", "nginx", "yimatong.conf")))
            .Replace("/etc/ssl/yimatong", folder.Path, StringComparison.Ordinal)
            .Replace("listen 443 ", $"listen unix:{folder.Combine("rest.sock")} ", StringComparison.Ordinal)
            .Replace("listen 8443 ", $"listen unix:{folder.Combine("gates.sock")} ", StringComparison.Ordinal);
        foreach (var (given, real) in new[]
        {
            ("127.0.0.1:8080", rest), ("127.0.0.1:8090", rest), ("127.0.0.1:8081", grpc), ("127.0.0.1:8091", grpc),
        })
        {
            Assert.Contains($"server {given};", site, StringComparison.Ordinal);
            site = site.Replace($"server {given};", $"server {real ?? down};", StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(folder.Combine("nginx.conf"), $$"""
            daemon off;
            pid {{folder.Combine("nginx.pid")}};
            error_log stderr;
            events { }
            http {
                client_body_temp_path {{folder.Combine("body")}};
                proxy_temp_path {{folder.Combine("proxy")}};
                fastcgi_temp_path {{folder.Combine("fastcgi")}};
                uwsgi_temp_path {{folder.Combine("uwsgi")}};
                scgi_temp_path {{folder.Combine("scgi")}};
            {{site}}
            }
            """);
        var nginx = ManagedProcess.Start(
            "/usr/sbin/nginx", ["-p", folder.Path, "-e", "stderr", "-c", folder.Combine("nginx.conf")]);
        await AwaitUntil.Holds(
            () => nginx.HasExited || File.Exists(folder.Combine("gates.sock")), StartLimit, "nginx listens");
        Assert.False(nginx.HasExited, nginx.Output);
        return new Front(nginx, folder);
    }

    public async ValueTask DisposeAsync()
    {
        Rest.Dispose();
        Gates.Dispose();
        await _nginx.DisposeAsync();
        _folder.Dispose();
    }

    private SocketsHttpHandler Handler(string socket) => new()
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var line = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await line.ConnectAsync(new UnixDomainSocketEndPoint(_folder.Combine(socket)), cancellation);
            return new NetworkStream(line, ownsSocket: true);
        },
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => IsOurs(shown) },
    };

    // The certificate was made a moment ago for this front alone: nobody vouches for it, but it is known.
    private bool IsOurs(X509Certificate? shown)
    {
        using var made = X509Certificate2.CreateFromPem(File.ReadAllText(_folder.Combine("fullchain.pem")));
        return shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(made.GetRawCertData());
    }

    private static void WriteCertificate(TempDirectory folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ymt.example.org", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(folder.Combine("fullchain.pem"), made.ExportCertificatePem());
        File.WriteAllText(folder.Combine("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
