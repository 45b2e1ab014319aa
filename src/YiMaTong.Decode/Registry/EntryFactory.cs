using YiMaTong.Codes.Online;
using YiMaTong.Codes.Signing;
using YiMaTong.Rules;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Decode.Registry;

/// <summary>
/// Makes entries of the feed's records. A record that this node cannot work with makes an unusable entry and a fault
/// for the log: one bad record never stops the node.
/// </summary>
internal static class EntryFactory
{
    private const int KeyBytes = 32;

    /// <summary>Makes a scene; the rule is compiled by <see cref="Compile"/>.</summary>
    public static SceneEntry Scene(ulong revision, Wire.SceneRecord record)
    {
        var types = 0UL;
        foreach (var name in record.QrcodeTypes)
        {
            // A type that this build does not know is one that it cannot read either: the scene keeps its other types.
            types |= CodeType.TryParse(name, out var type) ? 1UL << type : 0;
        }

        return new()
        {
            SceneId = record.SceneId,
            Revision = revision,
            Active = record.Active,
            KindBit = record.Kind < 32 ? 1u << (int)record.Kind : 0,
            TypeMask = types,
            SingleUse = record.SingleUse,
            Fields = (byte)(record.Fields & FieldBits.Known),
            Tags = record.Tags,
            RuleText = record.AdmissionRule,
            Route = record.Route,
            MaxStalenessMs = record.MaxStalenessMs,
        };
    }

    /// <summary>Compiles a scene's rule against a catalogue.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="catalogue">The tags that the rule may name.</param>
    /// <param name="fault">Why the scene cannot be used; null where it can.</param>
    public static SceneEntry Compile(SceneEntry scene, Catalogue catalogue, out string? fault)
    {
        fault = scene.KindBit == 0 ? "its kind is not 0 to 31" : null;
        CompiledRule? rule = null;
        if (fault is null && scene.RuleText.Length > 0)
        {
            _ = RuleCompiler.TryCompile(scene.RuleText, catalogue.Numbers, out rule, out fault);
        }

        return scene with { Rule = rule, Usable = fault is null };
    }

    /// <summary>Makes a merchant.</summary>
    /// <param name="revision">Revision of the record.</param>
    /// <param name="record">The record.</param>
    /// <param name="fault">Why the merchant cannot be used; null where it can.</param>
    public static MerchantEntry Merchant(ulong revision, Wire.MerchantRecord record, out string? fault)
    {
        ResponseSealer? sealer = null;
        fault = Keys(record, out var keys) ?? Sealer(record, out sealer);
        return new()
        {
            MerchantId = record.MerchantId,
            Revision = revision,
            SceneId = record.SceneId,
            Active = record.Active && fault is null,
            ReasonDetail = record.ReasonDetail,
            Keys = keys,
            Sealer = sealer,
        };
    }

    /// <summary>Makes a code key; one that is unreadable is held as revoked, so that its codes answer PY2011.</summary>
    public static CodeKey CodeKey(Wire.CodeKeyRecord record, out string? fault)
    {
        fault = record.Key.Length == KeyBytes ? null : $"its length is {record.Key.Length} bytes, not {KeyBytes}";
        return fault is null
            ? new CodeKey((byte)record.KeyId, record.Key.Span, record.Revoked)
            : new CodeKey((byte)record.KeyId, new byte[KeyBytes], revoked: true);
    }

    private static string? Keys(Wire.MerchantRecord record, out MerchantKeys? keys)
    {
        keys = null;
        SignatureProfile? profile = record.SignatureProfile switch
        {
            "RSA-PSS-SHA256" => SignatureProfile.RsaPssSha256,
            "SHA256withRSA" => SignatureProfile.Sha256WithRsa,
            _ => null,
        };
        if (profile is null)
        {
            return "its signature profile is unknown";
        }

        if (!SignatureVerifier.TryCreate(profile.Value, record.PublicKey.Span, out var first, out var error))
        {
            return $"its public key is unusable: {error}";
        }

        SignatureVerifier? next = null;
        if (!record.NextPublicKey.IsEmpty
            && !SignatureVerifier.TryCreate(profile.Value, record.NextPublicKey.Span, out next, out error))
        {
            return $"its next public key is unusable: {error}";
        }

        keys = new MerchantKeys(first, next);
        return null;
    }

    private static string? Sealer(Wire.MerchantRecord record, out ResponseSealer? sealer)
    {
        sealer = null;
        ResponseCipher? cipher = record.ResponseCipher switch
        {
            "AES-256-GCM" => ResponseCipher.Aes256Gcm,
            "AES-256-CBC" => ResponseCipher.Aes256Cbc,
            _ => null,
        };
        if (cipher is null)
        {
            return "its response cipher is unknown";
        }

        if (record.ResponseKeyId is < 1 or > 255 || record.ResponseKey.Length != KeyBytes)
        {
            return $"its response key is not {KeyBytes} bytes under a number from 1 to 255";
        }

        sealer = new ResponseSealer(cipher.Value, (byte)record.ResponseKeyId, record.ResponseKey.Span);
        return null;
    }
}
