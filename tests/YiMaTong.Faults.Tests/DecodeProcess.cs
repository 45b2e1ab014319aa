using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Tests;
using YiMaTong.Testing;

namespace YiMaTong.Faults.Tests;

/// <summary>A decode node as production runs it, a process of its own, and a gate at it.</summary>
internal sealed class DecodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly ManagedProcess _process;
    private readonly GrpcChannel _channel;
    private readonly DecodeService.DecodeServiceClient _client;
    private readonly HttpClient _http = new();
    private readonly int _grpcPort;
    private readonly int _adminPort;
    private ByteString _session = ByteString.Empty;

    private DecodeProcess(string folder, int feedPort, string limits, string[] settings)
    {
        var ports = FreePort.Take(3);
        (_grpcPort, _adminPort) = (ports[1], ports[2]);
        var token = Path.Combine(folder, "feed.token");
        File.WriteAllText(token, "feed-token");
        string[] all =
        [
            $"--Listeners:RestPort={ports[0]}", $"--Listeners:GrpcPort={ports[1]}", $"--Listeners:AdminPort={ports[2]}",
            $"--Decode:Feed:Address=http://127.0.0.1:{feedPort}", $"--Decode:Feed:TokenFile={token}",
            // Nodes start here on the cores that everything else runs on; refusing under load has tests of its own.
            "--Decode:Load:TargetDelayMs=1000",
            "--Decode:Feed:BackoffMaxMs=500", $"--Directory:Folder={Path.Combine(folder, "node")}",
            "--Decode:Snapshot:IntervalSeconds=1", "--Logging:LogLevel:YiMaTong.Decode.Snapshots=Debug", .. settings,
        ];
        var assembly = Path.Combine(AppContext.BaseDirectory, "YiMaTong.Decode.dll");
        Assert.True(File.Exists(assembly), $"{assembly} is missing");
        _process = ManagedProcess.Start(
            "bash", ["-c", $"{limits} exec dotnet \"$0\" \"$@\"", assembly, .. all], folder);
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{ports[1]}");
        _client = new DecodeService.DecodeServiceClient(_channel);
    }

    public string Output => _process.Output;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a node and waits until it is ready.</summary>
    /// <param name="folder">Folder of all that it keeps.</param>
    /// <param name="feedPort">Port of the feed.</param>
    /// <param name="limits">Shell commands before it, as <c>ulimit -f 100;</c>.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<DecodeProcess> Start(
        string folder, int feedPort, string limits = "", params string[] settings)
    {
        var node = new DecodeProcess(folder, feedPort, limits, settings);
        await AwaitUntil.Satisfies(
            async () => (await node.Get("readyz")).Status, status => status == 200, StartLimit, "the node is ready",
            TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        return node;
    }

    public void Kill() => _process.Kill();

    /// <summary>Stops the node as a service manager does, and returns its exit code.</summary>
    public async Task<int> Terminate(TimeSpan limit)
    {
        _ = await ManagedProcess.Run(
            "kill", ["-TERM", $"{_process.Id}"], limit, cancellationToken: TestContext.Current.CancellationToken);
        return await _process.WaitForExit(limit, TestContext.Current.CancellationToken);
    }

    /// <summary>Connects a gate that speaks HTTP/2 by hand.</summary>
    public Task<RawGate> Connect() => RawGate.Connect(_grpcPort, TestContext.Current.CancellationToken);

    /// <summary>Opens a stream, on one of as many connections as streams need.</summary>
    public AsyncDuplexStreamingCall<DecodeStreamRequest, DecodeStreamResponse> Stream() =>
        _client.DecodeStream(cancellationToken: TestContext.Current.CancellationToken);

    public async Task OpenSession() => _session = await OpenSession(World.MacId);

    /// <summary>Opens a session for a device.</summary>
    public async Task<ByteString> OpenSession(string macId)
    {
        var opened = await Send(SessionRequest(macId));
        Assert.Equal("PY0000", opened.Code);
        return opened.Session;
    }

    /// <summary>A signed request for a session, which RSA-PSS makes another one each time.</summary>
    public static OpenSessionRequest SessionRequest(string macId)
    {
        var time = WireTime.Compact(DateTimeOffset.UtcNow);
        return new()
        {
            MerchantId = World.MerchantId,
            MacId = macId,
            Time = time,
            Sign = Keys.Pss.Sign(("macId", macId), ("merchantId", World.MerchantId), ("time", time)),
        };
    }

    public async Task<OpenSessionResponse> Send(OpenSessionRequest request) => await _client.OpenSessionAsync(
        request, cancellationToken: TestContext.Current.CancellationToken);

    public async Task<DecodeResponse> Send(DecodeRequest request) => await _client.DecodeAsync(
        request, deadline: DateTime.UtcNow.AddSeconds(20), cancellationToken: TestContext.Current.CancellationToken);

    public async Task<DecodeQrcodeResponse> Send(DecodeQrcodeRequest request) =>
        await new StandardDecodeService.StandardDecodeServiceClient(_channel).DecodeQrcodeAsync(
            request, deadline: DateTime.UtcNow.AddSeconds(20),
            cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>A code that lives as long as single use honours any.</summary>
    public static string Mint(ulong handle)
    {
        var now = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return Node.Mint(new CodeKey(World.KeyId, World.CodeKeyBytes), now, CodeType.PublicTransport, handle, 1_275);
    }

    public async Task<DecodeResponse> Scan(ulong handle, ulong minRevision = 0)
    {
        var now = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var key = new CodeKey(World.KeyId, World.CodeKeyBytes);
        var request = new DecodeRequest
        {
            Session = _session,
            Qrcode = Node.Mint(key, now, CodeType.PublicTransport, handle, 60),
            MinRevision = minRevision,
            ScanId = Guid.NewGuid().ToString(),
            Fields = { DecodeField.Tags },
        };
        return await _client.DecodeAsync(
            request, deadline: DateTime.UtcNow.AddSeconds(5), cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>Scans a subject of the model and checks the answer; false where the node could not tell.</summary>
    public async Task<bool> Check(ModelFeed model, int subject, ulong minRevision = 0)
    {
        var answer = await Scan(ModelFeed.FirstHandle + (ulong)subject, minRevision);
        if (answer.Code == "PY2018")
        {
            return false;
        }

        var tags = answer.TagNumbers.Aggregate(0UL, (sum, number) => sum | (1UL << ((int)number - 1)));
        Assert.True(
            answer.Code == "PY0000" && answer.DataRevision >= minRevision
            && model.IsRight(subject, tags, answer.DataRevision),
            $"{answer.Code}: subject {subject} as of {tags} at revision {answer.DataRevision}\n{Output}");
        return true;
    }

    /// <summary>Gets a page of the admin port; 0 where nobody answers.</summary>
    public async Task<(int Status, string Body)> Get(string path)
    {
        Assert.False(HasExited, Output);
        try
        {
            using var answer = await _http.GetAsync(
                new Uri($"http://127.0.0.1:{_adminPort}/{path}"), TestContext.Current.CancellationToken);
            return ((int)answer.StatusCode,
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        catch (HttpRequestException)
        {
            return (0, "");
        }
    }

    /// <summary>Value of a metric without labels that matter; not a number where it is not there.</summary>
    public async Task<double> Metric(string name)
    {
        var line = (await Get("metrics")).Body.Split('\n')
            .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? double.NaN
            : line.Contains("+Inf", StringComparison.Ordinal) ? double.PositiveInfinity
            : double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _channel.Dispose();
        _http.Dispose();
    }
}
