using Microsoft.Extensions.Options;
using YiMaTong.Codes.Masks;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Issuing.OAuth;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Minting;

/// <summary>What B.1 and B.3 ask alike.</summary>
internal sealed record ShowRequest(
    ChannelKind Kind, string AccessToken, string Latitude, string Longitude, string IsImage, string QrcodeType);

/// <summary>
/// Mints a code and lays out what B.1 and B.3 want beside it. The citizen's row is read fresh at each call. One per
/// request.
/// </summary>
internal sealed class CodeShower(
    GrantReader grants, PositionCheck positions, MintingKeys keys, MintingLimit limit, FieldSealer sealer,
    IOptions<MintingOptions> options, TimeProvider time)
{
    /// <summary>
    /// Mints; the code is null on failure. Name and number are empty unless registration and consent cover
    /// them.
    /// </summary>
    public async Task<(Outcome Outcome, ChannelQrcode? Code)> ShowAsync(
        ShowRequest request, CancellationToken cancellationToken)
    {
        var (outcome, grant) = await grants.ReadAsync(request.AccessToken, cancellationToken);
        if (grant is null)
        {
            return (outcome, null);
        }

        outcome = Check(request, grant, out var type);
        if (!outcome.IsOk)
        {
            return (outcome, null);
        }

        var key = await keys.CurrentAsync(cancellationToken);
        return (Outcome.Ok, LayOut(grant, type, request.IsImage != "0", key));
    }

    private Outcome Check(ShowRequest request, LiveGrant grant, out byte type)
    {
        var channel = grant.Standing.Channel;
        type = 0;
        if (channel.Kind != request.Kind)
        {
            return PyCodes.RuleForbids;
        }

        if (request.IsImage is not ("" or "0" or "1"))
        {
            return Outcome.BadParameter("isImage");
        }

        var allowed = channel.QrcodeTypes.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = request.QrcodeType.Length == 0 ? allowed.FirstOrDefault("") : request.QrcodeType;
        if (!allowed.Contains(name, StringComparer.Ordinal) || !CodeType.TryParse(name, out type))
        {
            return PyCodes.UnsupportedType;
        }

        var outcome = positions.Check(request.Latitude, request.Longitude, channel.PositionRequired);
        outcome = outcome.IsOk ? grants.Judge(grant, GrantScopes.Qrcode) : outcome;
        return outcome.IsOk && !limit.TryTake(grant.Standing.Citizen.Id) ? PyCodes.TooManyRequests : outcome;
    }

    private ChannelQrcode LayOut(LiveGrant grant, byte type, bool withPicture, CodeKey key)
    {
        var (citizen, channel) = (grant.Standing.Citizen, grant.Standing.Channel);
        var now = time.GetUtcNow();

        // After a revocation the codes of the running second are void: the new one counts from the next second.
        var issuedAt = Math.Max(checked((uint)now.ToUnixTimeSeconds()), citizen.ValidFrom);
        var life = options.Value.LifeSeconds;
        Span<char> text = stackalloc char[OnlineCode.Length];
        var payload = new CodePayload(citizen.Handle, type, checked((ushort)channel.Id), Flags: 0, life);
        OnlineCode.Mint(key, payload, issuedAt, text);

        var name = sealer.Open(SealedColumns.CitizenName, citizen.NameSealed);
        var number = sealer.Open(SealedColumns.CitizenIdNumber, citizen.IdNumberSealed);
        var covered = grant.Standing.Consented(now) & grant.Granted;
        var answer = new ChannelQrcode
        {
            QrcodeType = CodeType.NameOf(type),
            IdCard = covered.HasFlag(GrantScopes.IdCard) ? number : "",
            UserName = covered.HasFlag(GrantScopes.UserName) ? name : "",
            ServerTime = WireTime.ServerTime(now),
            ConcealName = Mask.Name(name),
            ConcealCard = Mask.Card(number),
            Qrcode = text.ToString(),
            ExpireTime = WireTime.ServerTime(DateTimeOffset.FromUnixTimeSeconds(issuedAt + life)),
            RefreshAfter = options.Value.RefreshAfterSeconds,
        };
        if (withPicture)
        {
            answer.QrcodeBase64 = Convert.ToBase64String(QrPicture.ToPng(answer.Qrcode));
        }

        return answer;
    }
}
