using System.ComponentModel;
using System.Diagnostics;
using YiMaTong.AllInOne.Walk;

namespace YiMaTong.AllInOne.Drill;

/// <summary>
/// A service as a process of its own, which can be killed as by a power cut and started again. Its output goes to a
/// file. Not thread-safe.
/// </summary>
/// <param name="assembly">Name of the program, without ".dll".</param>
/// <param name="log">File of its output.</param>
/// <param name="settings">Its settings.</param>
/// <param name="admin">Its admin listener.</param>
internal sealed class ServiceProcess(
    string assembly, string log, IReadOnlyDictionary<string, string> settings, Uri admin) : IDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly Lock _writing = new();
    private Process? _process;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="WalkFailedException">It ended, or was not ready in time.</exception>
    public async Task StartAsync(TimeProvider time, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Host)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(log)!,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        foreach (var (key, value) in settings)
        {
            start.ArgumentList.Add($"--{key}={value}");
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += Write;
        _process.ErrorDataReceived += Write;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var started = time.GetTimestamp();
        while (!await IsReadyAsync(stop))
        {
            if (_process.HasExited || time.GetElapsedTime(started) > ReadyLimit)
            {
                throw new WalkFailedException($"{assembly} did not start; see {log}");
            }

            await Task.Delay(Pause, time, stop);
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            Kill();
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It ended by itself, which the drill has said already.
        }

        _http.Dispose();
    }

    private static string Host => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet"
        ? path
        : "dotnet";

    private async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(admin, "/readyz"), stop);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (
            failure is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Write(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (_writing)
            {
                File.AppendAllText(log, line.Data + Environment.NewLine);
            }
        }
    }
}
