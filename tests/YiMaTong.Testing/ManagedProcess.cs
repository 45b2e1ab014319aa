using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace YiMaTong.Testing;

/// <summary>
/// A child process whose output is kept and whose end is certain: disposal kills it with its children. One reader waits
/// for lines at a time; everything else is safe from any thread.
/// </summary>
public sealed class ManagedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly StringBuilder _output = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private int _openStreams = 2;

    private ManagedProcess(Process process) => _process = process;

    /// <summary>Everything that the process has written so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    public static ManagedProcess Start(
        string fileName,
        IEnumerable<string> arguments,
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var managed = new ManagedProcess(new Process { StartInfo = start });
        managed._process.OutputDataReceived += managed.Take;
        managed._process.ErrorDataReceived += managed.Take;
        managed._process.Start();
        managed._process.BeginOutputReadLine();
        managed._process.BeginErrorReadLine();
        return managed;
    }

    /// <summary>Runs a program to its end and returns its exit code and all that it wrote.</summary>
    /// <exception cref="TimeoutException">It did not end within the limit; it is killed.</exception>
    public static async Task<(int ExitCode, string Output)> Run(
        string fileName,
        IEnumerable<string> arguments,
        TimeSpan limit,
        string? workingDirectory = null,
        CancellationToken cancellationToken = default)
    {
        await using var process = Start(fileName, arguments, workingDirectory);
        var exitCode = await process.WaitForExit(limit, cancellationToken);
        return (exitCode, process.Output);
    }

    /// <summary>Waits for a line that satisfies the condition, from either stream, and returns it.</summary>
    /// <exception cref="TimeoutException">No such line came within the limit.</exception>
    /// <exception cref="InvalidOperationException">The process ended before it wrote such a line.</exception>
    public async Task<string> WaitForLine(
        Func<string, bool> condition, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(timeout.Token))
            {
                if (condition(line))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the line did not come within {limit.TotalSeconds} s; output:\n{Output}");
        }

        throw new InvalidOperationException($"the process ended before the line came; output:\n{Output}");
    }

    /// <summary>Waits for the end and for the last of the output.</summary>
    /// <exception cref="TimeoutException">It did not end within the limit.</exception>
    public async Task<int> WaitForExit(TimeSpan limit, CancellationToken cancellationToken = default)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the process did not end within {limit.TotalSeconds} s; output:\n{Output}");
        }
    }

    /// <summary>Kills the process and its children at once, as a power cut would.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is null)
        {
            if (Interlocked.Decrement(ref _openStreams) == 0)
            {
                _lines.Writer.TryComplete();
            }

            return;
        }

        lock (_gate)
        {
            _output.AppendLine(e.Data);
        }

        _lines.Writer.TryWrite(e.Data);
    }
}
