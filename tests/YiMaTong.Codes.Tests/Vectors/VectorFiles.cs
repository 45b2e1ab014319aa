using System.Text.Json;
using YiMaTong.Testing;

namespace YiMaTong.Codes.Tests.Vectors;

// The shapes of tests/vectors; its README says what each field means.
internal sealed record OnlineCodeFile(
    Base45Vectors Base45, List<CodeKeyVector> Keys, List<CodeVector> Codes, List<RefusedCodeVector> Refused);

internal sealed record Base45Vectors(List<Base45Vector> Valid, List<Base45Vector> Invalid);

internal sealed record Base45Vector(string? Hex, string Text);

internal sealed record CodeKeyVector(byte Id, string Hex, bool Revoked);

internal sealed record CodeVector(
    byte KeyId,
    uint IssuedAt,
    string RandomHex,
    string Handle,
    byte Type,
    ushort Channel,
    byte Flags,
    int LifeSeconds,
    string Text);

internal sealed record RefusedCodeVector(string Why, string Text, string Status);

internal sealed record MaskFile(List<NameVector> Names, List<CardVector> Cards);

internal sealed record NameVector(string Name, string Masked);

internal sealed record CardVector(string Number, string Masked);

internal sealed record FieldsFile(
    List<CanonicalVector> Canonical, List<SignatureKeyVector> Keys, List<SignatureVector> Signatures);

internal sealed record CanonicalVector(List<FieldVector> Fields, string Text);

internal sealed record FieldVector(string Name, string Value);

internal sealed record SignatureKeyVector(string Profile, string PublicKeyPem);

internal sealed record SignatureVector(string Why, string Profile, string Text, string Signature, bool Valid);

internal sealed record ResponseFile(
    List<ResponseKeyVector> Keys, List<SealedVector> Sealed, List<RefusedSealVector> Refused);

internal sealed record ResponseKeyVector(byte Id, string Cipher, string Hex);

internal sealed record SealedVector(byte KeyId, string IvHex, string AssociatedData, string Plaintext, string Sealed);

internal sealed record RefusedSealVector(string Why, string Sealed, string AssociatedData);

internal static class VectorFiles
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web);

    public static T Load<T>(string name) =>
        JsonSerializer.Deserialize<T>(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", name)), _options)
        ?? throw new InvalidOperationException($"{name} is empty.");
}
