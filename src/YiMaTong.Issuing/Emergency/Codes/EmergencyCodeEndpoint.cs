using Grpc.Core;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Text;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.Minting;
using YiMaTong.Issuing.OAuth;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>The envelope around issuing: who asks, for what, and how it is laid out. One per request.</summary>
internal sealed class EmergencyCodeEndpoint(
    GrantReader grants, MintingLimit limit, EmergencyCodeDesk desk, EmergencyMetrics metrics,
    IOptions<EmergencyOptions> options, TimeProvider time) : EmergencyCodeService.EmergencyCodeServiceBase
{
    private const int HolderKeyLength = 33;

    public override async Task<IssueEmergencyCodeResponse> IssueEmergencyCode(
        IssueEmergencyCodeRequest request, ServerCallContext context)
    {
        var (outcome, code) = await IssueAsync(request, context.CancellationToken);
        metrics.Asked(FormName(request.Form), outcome.Code.Code);
        return new IssueEmergencyCodeResponse { Code = outcome.Code.Code, Msg = outcome.Message, Response = code };
    }

    private async Task<(Outcome Outcome, EmergencyCode? Code)> IssueAsync(
        IssueEmergencyCodeRequest request, CancellationToken cancellationToken)
    {
        var (outcome, grant) = await grants.ReadAsync(request.AccessToken, cancellationToken);
        if (grant is null)
        {
            return (outcome, null);
        }

        outcome = Check(request, grant, out var form, out var holderKey);
        if (!outcome.IsOk)
        {
            return (outcome, null);
        }

        (outcome, var issued) = await desk.IssueAsync(
            grant.Standing.Citizen.Id, form, holderKey, cancellationToken);
        return (outcome, issued is null ? null : LayOut(issued, form, request.IsImage != "0"));
    }

    private Outcome Check(
        IssueEmergencyCodeRequest request, LiveGrant grant, out EmergencyForm form, out byte[] holderKey)
    {
        form = request.Form == EmergencyCodeForm.Static ? EmergencyForm.Static : EmergencyForm.HolderBound;
        holderKey = [];
        if (grant.Standing.Channel.Kind != ChannelKind.Platform)
        {
            return PyCodes.RuleForbids;
        }

        var check = new FieldCheck();
        check.Require("form", request.Form is EmergencyCodeForm.Static or EmergencyCodeForm.HolderBound);
        check.Require("holderKey", TryReadKey(request.HolderKey, form, out holderKey));
        check.Require("isImage", request.IsImage is "" or "0" or "1");
        var outcome = check.Outcome;
        outcome = outcome.IsOk ? grants.Judge(grant, GrantScopes.Qrcode) : outcome;
        return outcome.IsOk && !limit.TryTake(grant.Standing.Citizen.Id) ? PyCodes.TooManyRequests : outcome;
    }

    private EmergencyCode LayOut(IssuedEmergencyCode issued, EmergencyForm form, bool withPicture)
    {
        var isStatic = form == EmergencyForm.Static;
        var answer = new EmergencyCode
        {
            Form = isStatic ? EmergencyCodeForm.Static : EmergencyCodeForm.HolderBound,
            Token = Convert.ToBase64String(issued.Token),
            Text = issued.Text,
            ServerTime = WireTime.ServerTime(time.GetUtcNow()),
            ExpireTime = WireTime.ServerTime(DateTimeOffset.FromUnixTimeSeconds(issued.Grant.Expires)),
            RefreshAfter = isStatic ? 0 : RefreshAfter(issued.Grant),
            Region = issued.Grant.Region.ToString(),
            SceneKinds = { ClaimScope.Letters(issued.Grant.SceneKinds) },
        };
        if (isStatic && withPicture)
        {
            answer.QrcodeBase64 = Convert.ToBase64String(QrPicture.ToPng(issued.Text));
            answer.PdfBase64 = Convert.ToBase64String(QrPage.ToPdf(issued.Text));
        }

        return answer;
    }

    // A code that a claim's end cuts short is fetched anew in its half.
    private int RefreshAfter(in EmergencyGrant grant) =>
        (int)Math.Min(options.Value.RefreshAfterSeconds, Math.Max(1, (grant.Expires - grant.NotBefore) / 2));

    private static string FormName(EmergencyCodeForm form) => form switch
    {
        EmergencyCodeForm.Static => "static",
        EmergencyCodeForm.HolderBound => "holder_bound",
        _ => "none",
    };

    private static bool TryReadKey(string text, EmergencyForm form, out byte[] key)
    {
        key = [];
        if (form == EmergencyForm.Static)
        {
            return text.Length == 0;
        }

        var bytes = new byte[HolderKeyLength];
        var whole = StrictBase64.DecodedLength(text) == HolderKeyLength
            && StrictBase64.TryDecode(text, bytes, out _) && EmergencyPublicKey.IsPoint(bytes);
        key = whole ? bytes : [];
        return whole;
    }
}
