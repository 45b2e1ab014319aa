using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Decode.Registry;
using YiMaTong.Hosting.Listeners;

namespace YiMaTong.Decode.Load;

/// <summary>
/// Decides whose signature is worth a verification, which costs 20 to 40 microseconds of a core, and verifies it. Names
/// in a request are not proven before, so nothing that others send can use up what a genuine caller has: its rate is
/// charged for genuine signatures alone, its bad signatures are counted at its own address, and where somebody at the
/// same address borrows its name it keeps a reserve. Strangers share one budget, a slice for each address. Thread-safe.
/// </summary>
internal sealed class SignatureGuard
{
    // A caller that sent a genuine signature within this time is no stranger.
    private static readonly TimeSpan KnownFor = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly LoadMetrics _metrics;
    private readonly CallerTable _callers;
    // Apart, so that no flood of invented names displaces the address that they come from.
    private readonly CallerTable _addresses;
    private readonly RateLimit _device;
    private readonly RateLimit _merchant;
    private readonly RateLimit _bad;
    private readonly RateLimit _reserve;
    private readonly RateLimit _address;
    private readonly RateLimit _strangers;
    private readonly bool _connectionsTell;
    private long _strangersBucket;

    /// <summary>Makes one that remembers nobody.</summary>
    public SignatureGuard(
        IOptions<LoadOptions> options, IOptions<ListenersOptions> listeners, LoadMetrics metrics, TimeProvider time)
    {
        var settings = options.Value;
        (_time, _metrics) = (time, metrics);
        _callers = new(settings.CallersRemembered);
        _addresses = new(settings.CallersRemembered / 4);
        _device = new(settings.SignedPerSecondPerDevice, Math.Max(1, settings.SignedPerSecondPerDevice), time);
        _merchant = new(settings.SignedPerSecondPerMerchant, Math.Max(1, settings.SignedPerSecondPerMerchant), time);
        _bad = new(settings.BadSignaturesPerMinute / 60.0, settings.BadSignatureBurst, time);
        _reserve = new(5, 10, time);
        _address = new(settings.StrangersPerSecondPerAddress, settings.StrangersPerSecondPerAddress, time);
        _strangers = new(settings.StrangersPerSecond, settings.StrangersPerSecond, time);
        _connectionsTell = listeners.Value.TrustedProxies.Count == 0;
    }

    /// <summary>Verifies a signature where its sender is worth it.</summary>
    /// <param name="caller">Who sends it.</param>
    /// <param name="merchant">The merchant that it names, active.</param>
    /// <param name="macId">The device that it names.</param>
    /// <param name="content">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="key">The merchant's key that made it, on success.</param>
    /// <returns>PY0000, PY2002; PY1008 for too many from this caller, PY1998 for too many strangers.</returns>
    public PyCode Verify(
        in Caller caller,
        MerchantEntry merchant,
        string macId,
        ReadOnlySpan<byte> content,
        ReadOnlySpan<byte> signature,
        out UInt128 key)
    {
        key = 0;
        var now = _time.GetTimestamp();
        ref var device = ref _callers.Find(KeyOf(caller.Network, merchant.MerchantId, macId), now);
        ref var party = ref _callers.Find(KeyOf(caller.Network, merchant.MerchantId, ""), now);
        if (!_device.HasToken(ref device.Rate, now) || !_merchant.HasToken(ref party.Rate, now))
        {
            return Refuse(PyCodes.TooManyRequests, "rate");
        }

        var connection = _connectionsTell ? caller.Connection : null;
        if (connection is not { Trusted: true } && Judge(caller, ref device, now) is { } refusal)
        {
            // What is not verified is not known to be bad; but who goes on past a refusal is not trusted either.
            return refusal;
        }

        if (!merchant.Keys!.Verify(content, signature, out key))
        {
            _bad.Charge(ref device.Bad, now);
            connection?.Bad();
            return PyCodes.BadSignature;
        }

        device.GenuineAt = party.GenuineAt = Math.Max(1, now);
        _device.Charge(ref device.Rate, now);
        _merchant.Charge(ref party.Rate, now);
        connection?.Genuine();
        return PyCodes.Success;
    }

    private PyCode? Judge(in Caller caller, ref CallerStanding device, long now)
    {
        var known = device.GenuineAt != 0 && _time.GetElapsedTime(device.GenuineAt, now) < KnownFor;
        if (!_bad.HasToken(ref device.Bad, now) && !(known && _reserve.TryTake(ref device.Reserve, now, 1)))
        {
            caller.Connection?.Bad();
            return Refuse(PyCodes.TooManyRequests, "bad_signatures");
        }

        ref var address = ref _addresses.Find(KeyOf(caller.Network, "", ""), now);
        return known || (_address.TryTake(ref address.Rate, now, 1) && _strangers.TryTake(ref _strangersBucket, now, 1))
            ? null
            : Refuse(PyCodes.Busy, "strangers");
    }

    private PyCode Refuse(PyCode code, string reason)
    {
        _metrics.Refused(reason);
        return code;
    }

    // The hashes of texts are keyed anew in each process, so that nobody can choose names that fall together.
    private static ulong KeyOf(ulong network, string merchantId, string macId) =>
        ((ulong)(uint)HashCode.Combine(network, merchantId, macId) << 32)
        | (uint)HashCode.Combine(macId, network, merchantId, 1) | 1;
}
