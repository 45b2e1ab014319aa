using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Time;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Sessions;

namespace YiMaTong.Decode.Requests;

/// <summary>
/// Who may ask: merchant, time, form of the signature, device. Thread-safe. A node that is not complete cannot say that
/// somebody does not exist, so it answers PY2018.
/// </summary>
internal sealed class MerchantGate(
    NodeRegistry registry, NodeStatus status, NodeClock clock, IOptions<DecodeOptions> options, TimeProvider time)
{
    private readonly TimeSpan _window = TimeSpan.FromSeconds(options.Value.RequestWindowSeconds);

    /// <summary>Finds an active merchant.</summary>
    /// <returns>PY0000, PY2001 or PY2018.</returns>
    public PyCode FindMerchant(string merchantId, out MerchantEntry? merchant)
    {
        merchant = null;
        var state = status.Current;
        if (!state.Complete)
        {
            return PyCodes.DataUnavailable;
        }

        if (registry.TryGetMerchant(merchantId, out merchant) && merchant.Active)
        {
            return PyCodes.Success;
        }

        return Doubtful(state) ? PyCodes.DataUnavailable : PyCodes.MerchantUnknown;
    }

    /// <summary>
    /// Finds the merchant of a session, active, whose device may scan for it. A session ends with the key that opened
    /// it: who holds a key that was taken back must not scan on.
    /// </summary>
    /// <param name="session">The session; keeps what was found for its next message.</param>
    /// <param name="standing">What was found, on success.</param>
    /// <returns>PY0000, PY1002, PY2001, PY2005 or PY2018.</returns>
    public PyCode Find(Session session, out Standing? standing)
    {
        standing = session.Standing;
        var state = status.Current;
        if (!state.Complete)
        {
            return PyCodes.DataUnavailable;
        }

        if (standing is null || standing.Version != registry.Version)
        {
            session.Standing = standing = registry.Find(session.MerchantId, session.MacId, session.Key);
        }

        var missing = standing.Merchant is not { Active: true } ? PyCodes.MerchantUnknown
            : !standing.KeyHolds ? PyCodes.InvalidToken
            : !standing.Serves ? PyCodes.DeviceUnknown
            : PyCodes.Success;
        return missing != PyCodes.Success && Doubtful(state) ? PyCodes.DataUnavailable : missing;
    }

    /// <summary>Checks that a device may scan for a merchant.</summary>
    /// <returns>PY0000, PY2005 or PY2018.</returns>
    public PyCode CheckDevice(string macId, MerchantEntry merchant)
    {
        var state = status.Current;
        if (registry.TryGetDevice(macId, out var device) && device.Serves(merchant.MerchantId))
        {
            return PyCodes.Success;
        }

        return Doubtful(state) ? PyCodes.DataUnavailable : PyCodes.DeviceUnknown;
    }

    /// <summary>Makes every check that is cheaper than a signature's.</summary>
    /// <param name="request">The request; its fields fit their limits.</param>
    /// <param name="merchant">The merchant, on success.</param>
    /// <param name="signature">The signature's bytes, on success.</param>
    /// <returns>PY0000, PY2001, PY2002, PY2003 or PY2018.</returns>
    public PyCode CheckCheaply(in SignedRequest request, out MerchantEntry? merchant, out byte[] signature)
    {
        signature = [];
        var found = FindMerchant(request.MerchantId, out merchant);
        if (found != PyCodes.Success)
        {
            return found;
        }

        if (!WireTime.TryParseCompact(request.Time, out var signedAt)
            || (time.GetUtcNow() - signedAt).Duration() > _window
            || IsOver(signedAt))
        {
            return PyCodes.TimeOutsideWindow;
        }

        return TryReadSignature(request.Sign, merchant!.Keys!, out signature)
            ? PyCodes.Success
            : PyCodes.BadSignature;
    }

    // Where the clock was set back, nothing is timely again that would be over without that.
    private bool IsOver(DateTimeOffset signedAt) =>
        clock.Now() is var now && now.LatestMs != now.UtcMs
        && DateTimeOffset.FromUnixTimeMilliseconds(now.LatestMs) - signedAt > _window;

    private bool Doubtful(NodeState begun) =>
        status.Current is var now && (!now.Complete || now.Generation != begun.Generation);

    private static bool TryReadSignature(string text, MerchantKeys keys, out byte[] signature)
    {
        signature = new byte[keys.SignatureLengthMax];
        var isBase64 = Convert.TryFromBase64String(text, signature, out var written);
        Array.Resize(ref signature, written);
        return isBase64 && keys.Takes(written);
    }
}
