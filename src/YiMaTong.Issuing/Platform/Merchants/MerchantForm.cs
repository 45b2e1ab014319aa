using YiMaTong.Codes.Signing;
using YiMaTong.Issuing.Storage;
using Proto = YiMaTong.Contracts.Platform.V1;

namespace YiMaTong.Issuing.Platform;

/// <summary>Merchants and devices between the interface and the database.</summary>
internal static class MerchantForm
{
    /// <summary>Checks what can be checked without the database.</summary>
    public static Outcome Check(Proto.Merchant form)
    {
        var check = new FieldCheck();
        check.Require("merchantId", Fields.IsId(form.MerchantId, Fields.MerchantId, 64));
        check.Require("name", Fields.IsName(form.Name, 64));
        check.Require("sceneId", Fields.IsId(form.SceneId, Fields.LowerId, 64));
        check.Require(
            "signatureProfile",
            form.SignatureProfile is >= Proto.SignatureProfile.Unspecified and <= Proto.SignatureProfile.Sha256WithRsa);
        check.Require(
            "responseCipher",
            form.ResponseCipher is >= Proto.ResponseCipher.Unspecified and <= Proto.ResponseCipher.Aes256Cbc);
        check.Require("state", Registration.IsKnown(form.State));
        if (check.Outcome is { IsOk: false } refusal)
        {
            return refusal;
        }

        var key = PublicKeys.Check("publicKeyPem", ProfileOf(form), form.PublicKeyPem);
        return key.IsOk && form.NextPublicKeyPem.Length > 0
            ? PublicKeys.Check("nextPublicKeyPem", ProfileOf(form), form.NextPublicKeyPem)
            : key;
    }

    /// <summary>Fills the row from a checked form.</summary>
    public static void Read(Proto.Merchant form, Merchant row)
    {
        row.Name = form.Name;
        row.SceneId = form.SceneId;
        row.SignatureProfile = ProfileOf(form);
        row.PublicKeyPem = form.PublicKeyPem;
        row.NextPublicKeyPem = form.NextPublicKeyPem.Length > 0 ? form.NextPublicKeyPem : null;
        row.ResponseCipher = form.ResponseCipher == Proto.ResponseCipher.Aes256Cbc
            ? ResponseCipher.Aes256Cbc
            : ResponseCipher.Aes256Gcm;
        row.ReasonDetail = form.ReasonDetail;
        row.Active = Registration.IsActive(form.State);
    }

    /// <summary>The merchant as it is shown: without its response key.</summary>
    public static Proto.Merchant Write(Merchant row) => new()
    {
        MerchantId = row.MerchantId,
        Name = row.Name,
        SceneId = row.SceneId,
        SignatureProfile = row.SignatureProfile == SignatureProfile.Sha256WithRsa
            ? Proto.SignatureProfile.Sha256WithRsa
            : Proto.SignatureProfile.RsaPssSha256,
        PublicKeyPem = row.PublicKeyPem,
        ResponseCipher = row.ResponseCipher == ResponseCipher.Aes256Cbc
            ? Proto.ResponseCipher.Aes256Cbc
            : Proto.ResponseCipher.Aes256Gcm,
        ReasonDetail = row.ReasonDetail,
        State = Registration.Of(row.Active),
        NextPublicKeyPem = row.NextPublicKeyPem ?? "",
    };

    /// <summary>Checks a device without the database.</summary>
    public static Outcome Check(Proto.Device form)
    {
        var check = new FieldCheck();
        check.Require("macId", Fields.IsId(form.MacId, Fields.MacId, 64));
        check.Require("merchantId", Fields.IsId(form.MerchantId, Fields.MerchantId, 64));
        check.Require("place", Fields.IsText(form.Place, 64));
        check.Require("state", Registration.IsKnown(form.State));
        return check.Outcome;
    }

    /// <summary>The device as it is shown.</summary>
    public static Proto.Device Write(Device row) => new()
    {
        MacId = row.MacId,
        MerchantId = row.MerchantId,
        Place = row.Place,
        State = Registration.Of(row.Active),
    };

    private static SignatureProfile ProfileOf(Proto.Merchant form) =>
        form.SignatureProfile == Proto.SignatureProfile.Sha256WithRsa
            ? SignatureProfile.Sha256WithRsa
            : SignatureProfile.RsaPssSha256;
}
