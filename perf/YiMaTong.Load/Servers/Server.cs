using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace YiMaTong.Load.Servers;

/// <summary>
/// A process of the measurement, pinned to a core by taskset. Its output goes to a file; disposing ends it.
/// </summary>
internal sealed class Server : IDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly Process _process;
    private readonly StreamWriter _log;
    private bool _disposed;

    private Server(Process process, StreamWriter log)
    {
        (_process, _log) = (process, log);
        StartedAt = TimeProvider.System.GetTimestamp();
    }

    /// <summary>Timestamp of its start.</summary>
    public long StartedAt { get; }

    public IPEndPoint Grpc { get; private init; } = new(IPAddress.Loopback, 0);

    public IPEndPoint Rest { get; private init; } = new(IPAddress.Loopback, 0);

    public int AdminPort { get; private init; }

    /// <summary>Resident memory in bytes.</summary>
    public long Resident
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status")
                .First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
            return 1_024 * long.Parse(
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Starts a program on a core.</summary>
    public static Server Start(
        int core,
        string log,
        IEnumerable<string> command,
        int[] ports,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("taskset", ["-c", core.ToString(CultureInfo.InvariantCulture), .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var writer = new StreamWriter(log, append: true) { AutoFlush = true };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Write(writer, line.Data);
        process.ErrorDataReceived += (_, line) => Write(writer, line.Data);
        var server = new Server(process, writer)
        {
            Rest = new(IPAddress.Loopback, ports[0]),
            Grpc = new(IPAddress.Loopback, ports[1]),
            AdminPort = ports[2],
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits until it says that it is ready, and tells how long it took from its start.</summary>
    /// <exception cref="TimeoutException">It did not get ready; its log says why.</exception>
    public async Task<TimeSpan> Ready(TimeSpan limit)
    {
        while (true)
        {
            if (await IsReady())
            {
                return TimeProvider.System.GetElapsedTime(StartedAt);
            }

            if (_process.HasExited || TimeProvider.System.GetElapsedTime(StartedAt) > limit)
            {
                throw new TimeoutException(
                    $"{_process.StartInfo.Arguments} {string.Join(' ', _process.StartInfo.ArgumentList.Take(6))} "
                    + $"is not ready after {limit.TotalSeconds:0} s");
            }

            await Task.Delay(5);
        }
    }

    /// <summary>Asks a control port.</summary>
    public async Task<string> Post(string path)
    {
        using var response = await Http.PostAsync(new Uri($"http://127.0.0.1:{AdminPort}{path}"), null);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    /// <summary>Tells it to stop and waits for its end.</summary>
    public async Task Stop(TimeSpan limit)
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        using var timeout = new CancellationTokenSource(limit);
        await _process.WaitForExitAsync(timeout.Token);
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        _log.Dispose();
    }

    private static void Write(StreamWriter writer, string? line)
    {
        lock (writer)
        {
            if (line is not null && writer.BaseStream is not null)
            {
                writer.WriteLine(line);
            }
        }
    }

    private async Task<bool> IsReady()
    {
        try
        {
            using var response = await Http.GetAsync(new Uri($"http://127.0.0.1:{AdminPort}/readyz"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
