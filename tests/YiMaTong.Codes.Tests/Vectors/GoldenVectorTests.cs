using System.Globalization;
using System.Text;
using YiMaTong.Codes.Masks;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Tests.Support;
using YiMaTong.Codes.Text;
using YiMaTong.Testing;

namespace YiMaTong.Codes.Tests.Vectors;

/// <summary>
/// The formats that leave this project, frozen in tests/vectors, against both this and Node's implementation.
/// </summary>
public sealed class GoldenVectorTests
{
    [Fact]
    public void OnlineCodes_OfTheVectors_MintAndOpenExactly()
    {
        var file = VectorFiles.Load<OnlineCodeFile>("online-code.json");
        var ring = Ring(file);
        Assert.NotEmpty(file.Codes);
        foreach (var vector in file.Codes)
        {
            var handle = ulong.Parse(vector.Handle, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var payload = new CodePayload(handle, vector.Type, vector.Channel, vector.Flags, vector.LifeSeconds);
            var text = new char[OnlineCode.Length];
            var random = Convert.FromHexString(vector.RandomHex);
            OnlineCode.Mint(ring.Find(vector.KeyId)!, payload, vector.IssuedAt, random, text);
            Assert.Equal(vector.Text, new string(text));
            Assert.Equal(CodeOpenStatus.Opened, OnlineCode.Open(ring, vector.Text, out var code));
            Assert.Equal((payload, vector.KeyId, vector.IssuedAt), (code.Payload, code.KeyId, code.IssuedAt));
            var nonce = $"{vector.KeyId:x2}{vector.IssuedAt:x8}{vector.RandomHex}";
            Assert.Equal(UInt128.Parse(nonce, NumberStyles.HexNumber, CultureInfo.InvariantCulture), code.Nonce);
        }
    }

    [Fact]
    public void RefusedCodes_OfTheVectors_AreRefusedForTheirReason()
    {
        var file = VectorFiles.Load<OnlineCodeFile>("online-code.json");
        var ring = Ring(file);
        Assert.NotEmpty(file.Refused);
        Assert.All(file.Refused, vector =>
        {
            Assert.Equal(vector.Status, OnlineCode.Open(ring, vector.Text, out var code).ToString());
            Assert.Equal(default, code);
        });
    }

    [Fact]
    public void Base45_OfTheVectors_AgreesOrIsRefused()
    {
        var vectors = VectorFiles.Load<OnlineCodeFile>("online-code.json").Base45;
        Assert.NotEmpty(vectors.Valid);
        foreach (var vector in vectors.Valid)
        {
            var bytes = Convert.FromHexString(vector.Hex!);
            var text = new char[Base45.EncodedLength(bytes.Length)];
            Assert.True(Base45.TryEncode(bytes, text, out _));
            Assert.Equal(vector.Text, new string(text));
            var back = new byte[bytes.Length];
            Assert.True(Base45.TryDecode(vector.Text, back, out _));
            Assert.Equal(bytes, back);
        }

        Assert.All(vectors.Invalid, vector => Assert.False(Base45.TryDecode(vector.Text, new byte[64], out _)));
    }

    [Fact]
    public void Masks_OfTheVectors_Agree()
    {
        var file = VectorFiles.Load<MaskFile>("masks.json");
        Assert.NotEmpty(file.Names);
        Assert.All(file.Names, vector => Assert.Equal(vector.Masked, Mask.Name(vector.Name)));
        Assert.All(file.Cards, vector => Assert.Equal(vector.Masked, Mask.Card(vector.Number)));
    }

    [Fact]
    public void CanonicalFields_OfTheVectors_AgreeAndVerify()
    {
        var file = VectorFiles.Load<FieldsFile>("canonical-fields.json");
        Assert.NotEmpty(file.Canonical);
        Assert.All(file.Canonical, vector =>
        {
            (string, string)[] fields = [.. vector.Fields.Select(field => (field.Name, field.Value))];
            Assert.Equal(vector.Text, Encoding.UTF8.GetString(CanonicalFields.ToBytes(fields)));
        });
        foreach (var vector in file.Signatures)
        {
            var profile = vector.Profile == "RSA-PSS-SHA256"
                ? SignatureProfile.RsaPssSha256
                : SignatureProfile.Sha256WithRsa;
            var pem = file.Keys.Single(key => key.Profile == vector.Profile).PublicKeyPem;
            Assert.True(SignatureVerifier.TryCreate(profile, pem, out var verifier, out var error), error);
            using (verifier)
            {
                var content = Encoding.UTF8.GetBytes(vector.Text);
                Assert.True(vector.Valid == verifier!.VerifyBase64(content, vector.Signature), vector.Why);
            }
        }
    }

    [Fact]
    public void SealedResponses_OfTheVectors_AgreeOrAreRefused()
    {
        var file = VectorFiles.Load<ResponseFile>("response-sealing.json");
        var sealers = file.Keys.ToDictionary(key => key.Id, key => new ResponseSealer(
            key.Cipher == "AES-256-GCM" ? ResponseCipher.Aes256Gcm : ResponseCipher.Aes256Cbc,
            key.Id,
            Convert.FromHexString(key.Hex)));
        Assert.NotEmpty(file.Sealed);
        foreach (var vector in file.Sealed)
        {
            var sealer = sealers[vector.KeyId];
            var data = Encoding.UTF8.GetBytes(vector.AssociatedData);
            var iv = Convert.FromHexString(vector.IvHex);
            Assert.Equal(vector.Sealed, sealer.Seal(Encoding.UTF8.GetBytes(vector.Plaintext), data, iv));
            Assert.True(sealer.TryOpen(vector.Sealed, data, out var opened));
            Assert.Equal(vector.Plaintext, Encoding.UTF8.GetString(opened));
        }

        Assert.All(file.Refused, vector =>
        {
            var data = Encoding.UTF8.GetBytes(vector.AssociatedData);
            Assert.All(sealers.Values, sealer => Assert.False(sealer.TryOpen(vector.Sealed, data, out _), vector.Why));
        });
        Assert.All(sealers.Values, sealer => sealer.Dispose());
    }

    [Fact]
    public async Task Vectors_CheckedByNode_AllHold()
    {
        var script = RepositoryRoot.Combine("tests", "node", "check-vectors.mjs");
        var (exitCode, output) = await CommandLine.RunAsync("node", script);
        Assert.True(exitCode == 0, output);
        Assert.Matches("^vectors ok: [1-9][0-9]+\n$", output);
    }

    private static CodeKeyRing Ring(OnlineCodeFile file) => file.Keys.Aggregate(
        CodeKeyRing.Empty,
        static (ring, key) => ring.With(new CodeKey(key.Id, Convert.FromHexString(key.Hex), key.Revoked)));
}
