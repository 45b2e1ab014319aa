using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Decode.Registry;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Engine;

/// <summary>
/// Whether codes and consents are in time. Where the node's clock was set back, what it shows and what it would show
/// must agree; where they do not, the node cannot tell (PY2018). Thread-safe; allocates nothing.
/// </summary>
internal sealed class Timeliness(SingleUse singleUse, NodeClock clock, IOptions<DecodeOptions> options)
{
    private readonly int _skew = options.Value.SkewSeconds;

    /// <summary>Judges a code's life.</summary>
    /// <returns>PY0000, PY2008 or PY2018.</returns>
    public PyCode OfCode(SceneEntry scene, in Judgement judged)
    {
        long issuedAt = judged.Code.IssuedAt;
        long life = judged.Code.Payload.LifeSeconds;
        if (scene.SingleUse)
        {
            life = Math.Min(life, singleUse.HonouredSeconds - (2 * _skew));
        }

        var begin = issuedAt - _skew;
        var end = issuedAt + life + _skew;
        if (judged.Now < begin)
        {
            return OfCodeToCome(begin, end, judged.Latest);
        }

        // A repetition of an accepted scan may come late: its code was in time when it was accepted.
        if (judged.Latest < end
            || (scene.SingleUse && singleUse.Owns(judged.Code.Nonce, judged.ScanKey, judged.HasScanId)))
        {
            return PyCodes.Success;
        }

        return judged.Now < end ? PyCodes.DataUnavailable : PyCodes.Expired;
    }

    /// <summary>Judges a subject's consent.</summary>
    /// <returns>PY0000, PY2016 or PY2018.</returns>
    public static PyCode OfConsent(in SubjectRecord subject, in Judgement judged) =>
        subject.ConsentUntil == 0 || judged.Latest < subject.ConsentUntil ? PyCodes.Success
        : judged.Now < subject.ConsentUntil ? PyCodes.DataUnavailable
        : PyCodes.SceneNotAuthorised;

    private PyCode OfCodeToCome(long begin, long end, long latest)
    {
        if (latest < begin || latest >= end)
        {
            return PyCodes.Expired;
        }

        clock.Contradict();
        return PyCodes.DataUnavailable;
    }
}
