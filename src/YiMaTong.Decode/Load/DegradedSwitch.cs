using System.Text.Json;
using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Health;

namespace YiMaTong.Decode.Load;

/// <summary>
/// Switches the degraded mode: by hand, or once a second by the processor time of the process, with two thresholds and
/// two waits so that it does not flutter. An operator's word by the admin port stands until the next one or until the
/// setting changes. Settings that are edited into nonsense are left alone until they are mended. Thread-safe.
/// </summary>
internal sealed class DegradedSwitch : BackgroundService, IAdminAction
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly IOptionsMonitor<DegradedOptions> _options;
    private readonly LoadState _state;
    private readonly TimeProvider _time;
    private readonly ILogger<DegradedSwitch> _logger;
    private readonly Func<TimeSpan> _processorTime;
    private readonly Lock _gate = new();
    private readonly IDisposable? _changes;
    private DegradedOptions _settings;
    private string _modeSet;
    private DegradedMode _mode;
    private int _secondsBeyond;
    private volatile bool _settingsAreBad;

    /// <summary>Measures this process.</summary>
    public DegradedSwitch(
        IOptionsMonitor<DegradedOptions> options, LoadState state, TimeProvider time, ILogger<DegradedSwitch> logger)
        : this(options, state, time, logger, static () => Environment.CpuUsage.TotalTime)
    {
    }

    /// <summary>Measures something else.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="state">What is switched.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="processorTime">Processor time taken so far, of all processors together.</param>
    internal DegradedSwitch(
        IOptionsMonitor<DegradedOptions> options,
        LoadState state,
        TimeProvider time,
        ILogger<DegradedSwitch> logger,
        Func<TimeSpan> processorTime)
    {
        (_options, _state, _time, _logger, _processorTime) = (options, state, time, logger, processorTime);
        _settings = options.CurrentValue;
        _modeSet = _settings.Mode;
        Set(_modeSet);
        _changes = options.OnChange(Heed);
    }

    /// <inheritdoc />
    public string Path => "/degraded";

    /// <inheritdoc />
    public (int Status, string Text) Invoke(ReadOnlySpan<byte> body)
    {
        if (!TryReadMode(body, out var mode))
        {
            return (StatusCodes.Status400BadRequest, """send {"mode":"on"}, "off" or "auto" """.TrimEnd());
        }

        Set(mode);
        return (StatusCodes.Status200OK, $"mode: {mode}, degraded: {(_state.Degraded ? "yes" : "no")}");
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _changes?.Dispose();
        base.Dispose();
    }

    /// <summary>Hears how much was used in the last second.</summary>
    /// <param name="percent">Percent of all processors.</param>
    internal void Hear(double percent)
    {
        var settings = Settings();
        lock (_gate)
        {
            if (_mode != DegradedMode.Auto)
            {
                return;
            }

            var degraded = _state.Degraded;
            var beyond = degraded ? percent < settings.LeaveCpuPercent : percent >= settings.EnterCpuPercent;
            _secondsBeyond = beyond ? _secondsBeyond + 1 : 0;
            if (_secondsBeyond >= (degraded ? settings.LeaveSeconds : settings.EnterSeconds))
            {
                Become(!degraded);
            }
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, _time);
        var (at, used) = (_time.GetTimestamp(), _processorTime());
        while (await NextAsync(timer, stoppingToken))
        {
            var (nowAt, nowUsed) = (_time.GetTimestamp(), _processorTime());
            var available = _time.GetElapsedTime(at, nowAt) * Environment.ProcessorCount;
            if (available > TimeSpan.Zero)
            {
                Hear(100 * ((nowUsed - used) / available));
            }

            (at, used) = (nowAt, nowUsed);
        }
    }

    private static async ValueTask<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            // The process stops; there is nothing to switch any more.
            return false;
        }
    }

    private static bool TryReadMode(ReadOnlySpan<byte> body, out string mode)
    {
        mode = "";
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            mode = document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("mode", out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        }
        catch (JsonException)
        {
            return false;
        }

        return DegradedModes.TryParse(mode, out _);
    }

    // Called at every reload, whichever section was edited: an operator's word falls with its own setting alone.
    private void Heed(DegradedOptions changed)
    {
        _settingsAreBad = false;
        lock (_gate)
        {
            if (changed.Mode != _modeSet)
            {
                _modeSet = changed.Mode;
                Set(changed.Mode);
            }
        }
    }

    private DegradedOptions Settings()
    {
        try
        {
            _settings = _options.CurrentValue;
            _settingsAreBad = false;
        }
        catch (Exception fault) when (fault is OptionsValidationException or InvalidOperationException)
        {
            // What binding and checking throw after an edit of the running node's file. It must not end the node.
            if (!_settingsAreBad)
            {
                LoadLog.BadSettings(_logger, fault.Message);
            }

            _settingsAreBad = true;
        }

        return _settings;
    }

    private void Set(string text)
    {
        _ = DegradedModes.TryParse(text, out var mode);
        lock (_gate)
        {
            _mode = mode;
            _secondsBeyond = 0;
            if (mode != DegradedMode.Auto)
            {
                Become(mode == DegradedMode.On);
            }
        }
    }

    private void Become(bool degraded)
    {
        _secondsBeyond = 0;
        if (_state.Degraded != degraded)
        {
            _state.Degraded = degraded;
            LoadLog.Degraded(_logger, degraded);
        }
    }
}
