using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.OAuth;

/// <summary>
/// Checks the signature of B.5 where the app registered a key: laid out as in B.4, in the profile
/// RSA-PSS-SHA256, which is the one that keys of apps are registered for. Thread-safe.
/// </summary>
internal sealed class AppSignature(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(300);

    // Base64 of a 16,384-bit signature.
    private const int SignMaxLength = 2732;

    /// <summary>Checks; an app without a key passes.</summary>
    public Outcome Check(Channel channel, AuthorizeRequest request)
    {
        if (channel.PublicKeyPem is not { } pem)
        {
            return Outcome.Ok;
        }

        if (!WireTime.TryParseCompact(request.Time, out var sent))
        {
            return Outcome.BadParameter("time");
        }

        if (request.Sign.Length is 0 or > SignMaxLength)
        {
            return Outcome.BadParameter("sign");
        }

        if ((time.GetUtcNow() - sent).Duration() > Window)
        {
            return PyCodes.TimeOutsideWindow;
        }

        var signature = new byte[request.Sign.Length];
        return Convert.TryFromBase64String(request.Sign, signature, out var length)
            && Verifies(pem, request, signature.AsSpan(0, length))
                ? Outcome.Ok
                : PyCodes.AppSignatureWrong;
    }

    private static bool Verifies(string pem, AuthorizeRequest request, ReadOnlySpan<byte> signature)
    {
        if (!SignatureVerifier.TryCreate(SignatureProfile.RsaPssSha256, pem, out var verifier, out _))
        {
            return false;
        }

        using (verifier)
        {
            return verifier.Verify(
                CanonicalFields.ToBytes(
                    ("appId", request.AppId),
                    ("code", request.Code),
                    ("codeVerifier", request.CodeVerifier),
                    ("grantType", request.GrantType),
                    ("refreshToken", request.RefreshToken),
                    ("scope", request.Scope),
                    ("time", request.Time)),
                signature);
        }
    }
}
