using System.Collections.Concurrent;

namespace YiMaTong.Integration.Tests.Rotation;

/// <summary>
/// Passengers at a merchant's gates: of twenty, fifteen show a fresh code to a gate, one a code that its holder voided,
/// two a fresh code to a system that asks by B.4, two an emergency code that the gate verifies alone. A passage fails
/// where the verdict is not the right one, whatever the reason. Thread-safe.
/// </summary>
internal sealed class Passages(RotatingMerchant merchant, Crowd crowd, string voided)
{
    private const int Round = 20;
    private const int FailuresKept = 20;

    // A code that was voided is also too old after a minute, and its key revoked after more.
    private static readonly string[] VoidedCodes = ["PY2010", "PY2008", "PY2011"];

    private readonly ConcurrentQueue<string> _failures = new();
    private long _begun;
    private long _ended;
    private long _failed;

    public long Ended => Interlocked.Read(ref _ended);

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>What went wrong first.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Lets passengers through, so many at a time, until it is enough.</summary>
    public Task RunAsync(int atOnce, CancellationToken enough) =>
        Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(() => RunAsync(enough))));

    private async Task RunAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _begun);
            string? wrong;
            try
            {
                wrong = await PassAsync(number);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                wrong = failure.ToString();
            }

            if (wrong is not null && Interlocked.Increment(ref _failed) <= FailuresKept)
            {
                _failures.Enqueue($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {wrong}");
            }

            Interlocked.Increment(ref _ended);
        }
    }

    /// <summary>One passage; null where the verdict was right.</summary>
    private async Task<string?> PassAsync(long number)
    {
        var keyring = merchant.Enter();
        try
        {
            var gate = keyring.Gates[number % keyring.Gates.Length];
            switch (number % Round)
            {
                case 0 or 10:
                    var alone = await gate.ScanAsync(crowd.Showing(number), cancellation: Stop);
                    return alone is { Permits: true, IsOffline: true, Code: "PY0000" } ? null : $"emergency: {alone}";
                case 5 or 15:
                    var said = await keyring.DecodeAsync(
                        merchant.Id, merchant.MacId(number), crowd.Code(number), number, merchant.ResponseKey, Stop);
                    return said == "permit" ? null : $"B.4: {said}";
                case 1:
                    var kept = await gate.ScanAsync(voided, cancellation: Stop);
                    return !kept.Permits && VoidedCodes.Contains(kept.Code) ? null : $"voided code: {kept}";
                default:
                    var let = await gate.ScanAsync(crowd.Code(number), cancellation: Stop);
                    return let is { Permits: true, IsOffline: false, Code: "PY0000" } ? null : $"gate: {let}";
            }
        }
        finally
        {
            keyring.Leave();
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
