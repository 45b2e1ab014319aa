using System.Globalization;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Codes.Tests.Emergency;
using YiMaTong.Codes.Tests.Support;
using YiMaTong.Testing;

namespace YiMaTong.Codes.Tests.Vectors;

/// <summary>The frozen emergency codes and documents, against both this and Node's implementation.</summary>
public sealed class EmergencyVectorTests
{
    private const string Name = "emergency.json";

    [Fact]
    public void Documents_OfTheVectors_AreTakenIn()
    {
        var file = Load();
        var (keys, lists) = TakeIn(file);
        Assert.Equal(
            DocumentStatus.Accepted,
            lists.AcceptDelta(Bytes(file.Documents.StatusDeltaHex), keys, out var next));
        Assert.Equal(lists.Find(1)!.Revision + 1, next.Find(1)!.Revision);
        Assert.Equal(
            DocumentStatus.Accepted,
            EmergencyDeclarations.Empty.Accept(Bytes(file.Documents.DeclarationHex), keys, out var declared));
        Assert.Equal(
            DocumentStatus.Accepted,
            TagCatalogue.Empty.Accept(Bytes(file.Documents.TagCatalogueHex), keys, out var catalogue));
        Assert.Equal(file.Tags, catalogue.Tags.Select(EmergencyVectorWriter.Describe));
        Assert.NotEmpty(file.Standings);
        Assert.All(file.Standings, vector =>
        {
            var standing = declared.StandingAt(
                Region(vector.Region), vector.SceneKind, vector.Now, file.Gate.SkewSeconds);
            Assert.Equal((vector.Standing, vector.ReturnCode), ($"{standing}", EmergencyReturns.Of(standing).Code));
        });
    }

    [Fact]
    public void ValidCodes_OfTheVectors_SayExactlyThis()
    {
        var file = Load();
        var verifier = Verifier(file);
        Assert.NotEmpty(file.Valid);
        Assert.All(file.Valid, vector =>
        {
            var status = verifier.Verify(vector.Text, vector.Now, vector.SceneKind, out var code);
            Assert.Equal(EmergencyStatus.Valid, status);
            Assert.Equal(vector, EmergencyVectorWriter.Describe(vector.Text, vector.Now, vector.SceneKind, code));
        });
    }

    [Fact]
    public void RefusedCodes_OfTheVectors_AreRefusedForTheirReason()
    {
        var file = Load();
        var verifier = Verifier(file);
        Assert.NotEmpty(file.Refused);
        Assert.All(file.Refused, vector =>
        {
            var status = verifier.Verify(vector.Text, vector.Now, vector.SceneKind, out _);
            Assert.True(
                (vector.Status, vector.ReturnCode) == ($"{status}", EmergencyReturns.Of(status).Code),
                $"{vector.Why}: {status}");
        });
    }

    [Fact]
    public void Vectors_HoldEveryCase_ThatTheTestsKnow()
    {
        // With YIMATONG_WRITE_VECTORS=1 new cases are written beside the old ones, which stay as they are.
        if (Environment.GetEnvironmentVariable("YIMATONG_WRITE_VECTORS") == "1")
        {
            var path = RepositoryRoot.Combine("tests", "vectors", Name);
            File.WriteAllText(path, EmergencyVectorWriter.Write(File.Exists(path) ? Load() : null));
        }

        Assert.Equal(
            EmergencyCases.All.Select(given => (given.Why, $"{given.Status}")),
            Load().Refused.Select(vector => (vector.Why, vector.Status)));
    }

    [Fact]
    public async Task Vectors_CheckedByNode_AllHold()
    {
        var script = RepositoryRoot.Combine("tests", "node", "check-emergency.mjs");
        var (exitCode, output) = await CommandLine.RunAsync("node", script);
        Assert.True(exitCode == 0, output);
        Assert.Matches("^emergency vectors ok: [1-9][0-9]+\n$", output);
    }

    private static EmergencyFile Load() => VectorFiles.Load<EmergencyFile>(Name);

    private static EmergencyVerifier Verifier(EmergencyFile file)
    {
        var (keys, lists) = TakeIn(file);
        return new EmergencyVerifier(keys, lists, new EmergencyPolicy
        {
            Region = Region(file.Gate.Region),
            SkewSeconds = file.Gate.SkewSeconds,
            ShowingLifeSeconds = file.Gate.ShowingLifeSeconds,
        });
    }

    private static (EmergencyKeySet Keys, StatusLists Lists) TakeIn(EmergencyFile file)
    {
        using var root = EmergencyWorld.Signer(1);
        Assert.Equal($"{root.KeyId}", file.Documents.RootKid);
        Assert.Equal(
            DocumentStatus.Accepted,
            EmergencyKeySet.Empty.Accept(Bytes(file.Documents.KeySetHex), [root.PublicKey], out var keys));
        Assert.Equal(
            DocumentStatus.Accepted,
            StatusLists.Empty.Accept(Bytes(file.Documents.StatusListHex), keys, out var lists));
        return (keys, lists);
    }

    private static RegionCode Region(string digits) => new(int.Parse(digits, CultureInfo.InvariantCulture));

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);
}
