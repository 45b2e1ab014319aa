using YiMaTong.Codes.Signing;
using YiMaTong.Issuing.Storage;
using Proto = YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.Issuing.Platform;

/// <summary>A channel between the interface and the database.</summary>
internal static class ChannelForm
{
    private const int RedirectUrisMax = 32;
    private const int RedirectUriMaxLength = 2048;

    private static readonly string[] KnownScopes = ["qrcode", "tags", "user_name", "id_card", "offline_access"];

    /// <summary>Checks a form.</summary>
    public static Outcome Check(Proto.Channel form)
    {
        var check = new FieldCheck();
        check.Require("appId", Fields.IsId(form.AppId, Fields.LowerId, 64));
        check.Require("name", Fields.IsName(form.Name, 64));
        check.Require("kind", form.Kind is >= Proto.ChannelKind.Unspecified and <= Proto.ChannelKind.Channel);
        check.Require("scopes", form.Scopes.All(scope => KnownScopes.Contains(scope)));
        check.Require("qrcodeTypes", CodeTypes.TryRead(form.QrcodeTypes, out _));
        check.Require(
            "redirectUris",
            form.RedirectUris.Count is >= 1 and <= RedirectUrisMax && form.RedirectUris.All(IsRedirectUri));
        check.Require("state", Registration.IsKnown(form.State));
        return check.Outcome is { IsOk: false } refusal || form.PublicKeyPem.Length == 0
            ? check.Outcome
            : PublicKeys.Check("publicKeyPem", SignatureProfile.RsaPssSha256, form.PublicKeyPem);
    }

    /// <summary>Fills the row from a checked form.</summary>
    public static void Read(Proto.Channel form, Channel row)
    {
        CodeTypes.TryRead(form.QrcodeTypes, out var types);
        row.Name = form.Name;
        row.Kind = form.Kind == Proto.ChannelKind.Platform ? ChannelKind.Platform : ChannelKind.Channel;
        row.Scopes = string.Join(' ', form.Scopes.Distinct());
        row.QrcodeTypes = types;
        row.PositionRequired = !form.HasPositionRequired || form.PositionRequired;
        row.RedirectUris = string.Join(' ', form.RedirectUris.Distinct());
        row.PublicKeyPem = form.PublicKeyPem.Length == 0 ? null : form.PublicKeyPem;
        row.PkceRequired = form.PkceRequired;
        row.Active = Registration.IsActive(form.State);
    }

    /// <summary>The channel as it is shown.</summary>
    public static Proto.Channel Write(Channel row)
    {
        var form = new Proto.Channel
        {
            AppId = row.AppId,
            Name = row.Name,
            Kind = row.Kind == ChannelKind.Platform ? Proto.ChannelKind.Platform : Proto.ChannelKind.Channel,
            PositionRequired = row.PositionRequired,
            PublicKeyPem = row.PublicKeyPem ?? "",
            PkceRequired = row.PkceRequired,
            State = Registration.Of(row.Active),
        };
        form.Scopes.AddRange(row.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        form.QrcodeTypes.AddRange(row.QrcodeTypes.Split(' '));
        form.RedirectUris.AddRange(row.RedirectUris.Split(' '));
        return form;
    }

    /// <summary>
    /// An absolute address without a fragment (RFC 6749, 3.1.2): https, http on the device itself, or an app's own
    /// scheme, which has a dot in it (RFC 8252, 7). Codes never travel to another machine in clear.
    /// </summary>
    private static bool IsRedirectUri(string text) =>
        text.Length <= RedirectUriMaxLength
        && text.All(character => character is > ' ' and <= '~')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && !text.Contains('#', StringComparison.Ordinal)
        && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps
            || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)
            || uri.Scheme.Contains('.', StringComparison.Ordinal));
}
