using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Emergency;
using YiMaTong.Testing;
using EmergencyKey = YiMaTong.Contracts.Platform.V1.EmergencyKey;

namespace YiMaTong.Issuing.Tests.Emergency;

/// <summary>Keys are revoked whatever the disk does, and given up by no clock that has jumped.</summary>
public sealed class KeyDiskTests
{
    private const int ADay = 86_400;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EmergencyKeyRole.Codes)]
    [InlineData(EmergencyKeyRole.Documents)]
    public async Task RevokeKey_OnlyOneOfItsRoleWhileTheDiskRefuses_CountsAtOnceAndIsWrittenLater(EmergencyKeyRole role)
    {
        using var folder = new TempDirectory();
        using var disk = new TestDisk();
        EmergencyKey revoked;
        EmergencyKey next;
        await using (var host = await EmergencyHost.StartOnAsync(folder, disk))
        {
            using var phone = EcdsaSigner.Create();
            var (_, token) = await host.Citizen();
            var gate = await host.Gate();
            revoked = await Signing(host, role);
            disk.Refuse();

            var answer = await Revoke(host, revoked);
            Assert.Equal("PY1998", answer.Code);
            Assert.Contains("keys.json", answer.Msg, StringComparison.Ordinal);

            // Another key signs at once, though the disk does not have it: codes and documents go on.
            next = await Signing(host, role);
            Assert.Contains($"signer-{next.KeyId}.key", answer.Msg, StringComparison.Ordinal);
            await host.Update(gate);
            Assert.True(gate.Keys.Keys.Single(key => key.PublicKey.Id.ToString() == revoked.KeyId).Revoked);
            Assert.Equal(EmergencyStatus.Valid, gate.Verify(await host.Show(token, phone), host.Now));
            Assert.Equal(EmergencyStatus.Valid, (await host.Gate()).Verify(await host.Show(token, phone), host.Now));
            Assert.Equal("PY1998", (await Rotate(host, role)).Code);

            disk.Take();
            await AwaitUntil.Satisfies(
                () => Revoke(host, revoked), said => said.Code == "PY0000", TimeSpan.FromSeconds(20),
                "the disk has everything", cancellationToken: Cancellation);
            Assert.False(File.Exists(Path.Combine(host.Folder, $"signer-{revoked.KeyId}.key")));
        }

        await using var restarted = await EmergencyHost.StartInAsync(folder);
        Assert.Equal(next.KeyId, (await Signing(restarted, role)).KeyId);
        var kept = (await List(restarted)).Single(key => key.KeyId == revoked.KeyId);
        Assert.NotNull(kept.RevokedAt);
    }

    // A kid was revoked, the operator was told so, and a loss of power brought the file before it back.
    [Fact]
    public void Write_Replaced_ItsNameIsOnTheDiskBeforeAnybodyIsTold()
    {
        using var folder = new TempDirectory();
        var path = folder.Combine("keys.json");
        EmergencyFolder.Write(path, "before"u8);
        var synced = new List<(string Folder, string Content)>();

        EmergencyFolder.Write(path, "after"u8, where => synced.Add((where, File.ReadAllText(path))));

        Assert.Equal([(folder.Path, "after")], synced);
        Assert.Throws<IOException>(() => EmergencyFolder.Write(path, "more"u8, _ => throw new IOException("refused")));
    }

    [Fact]
    public async Task Revoke_WhileTheDiskHangs_IsPublishedAtOnce()
    {
        using var folder = new TempDirectory();
        EmergencyKeyId leaked;
        using (var rig = await TrustRig.StartAsync(folder))
        {
            leaked = rig.Signing(KeyRecord.Documents);
            var list = rig.Picture.Lists[0].Current.Revision;
            rig.TestDisk.Hang();
            rig.Publisher.ShowKeys();

            await Task.Run(
                () =>
                {
                    rig.Keys.Revoke(leaked);
                    rig.Publisher.ShowKeys();
                },
                Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

            Assert.True(rig.Picture.KeySet.Find(leaked)!.Revoked);
            Assert.True(rig.Picture.Lists[0].Current.Revision > list);
            Assert.Contains("keys.json", rig.Disk.Behind);
            rig.TestDisk.Take();
            Assert.Empty(await rig.Settled());
            Assert.False(rig.HasFileOf(leaked));
        }

        using var restarted = await TrustRig.StartAsync(folder);
        Assert.True(restarted.Picture.KeySet.Find(leaked)!.Revoked);
    }

    [Fact]
    public async Task Revoke_TheSetIsFull_AnotherKeySignsInItsPlace()
    {
        using var folder = new TempDirectory();
        using var rig = await TrustRig.StartAsync(folder, ("Issuing:Emergency:KeyLeadSeconds", "60"));
        var rotations = 0;
        while (rig.Keys.Rotate(KeyRecord.Codes) is not null)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(62));
            rotations++;
        }

        Assert.Equal(EmergencyKeySet.KeysMax - 2, rotations);
        foreach (var record in rig.Keys.All.Where(record => record.Uses == KeyRecord.Codes).ToList())
        {
            rig.Keys.Revoke(record.Id);
        }

        Assert.NotNull(rig.Keys.Signer(KeyRecord.Codes));
        Assert.True(rig.Keys.All.Count <= EmergencyKeySet.KeysMax);
        rig.Publisher.ShowKeys();
    }

    [Theory]
    [InlineData(3_650)]
    [InlineData(200)]
    [InlineData(-3_650)]
    public async Task Tend_ClockJumpsAndIsSetRight_NoKeyIsLost(int days)
    {
        using var folder = new TempDirectory();
        using var rig = await TrustRig.StartAsync(folder);
        var (codes, documents) = (rig.Signing(KeyRecord.Codes), rig.Signing(KeyRecord.Documents));
        var jump = TimeSpan.FromDays(days);

        rig.Time.Jump(jump);
        rig.Keys.Tend();
        rig.Time.Advance(TimeSpan.FromHours(2));
        rig.Keys.Tend();
        rig.Time.Jump(-jump);
        rig.Keys.Tend();

        Assert.Empty(await rig.Settled());
        Assert.Equal((codes, documents), (rig.Signing(KeyRecord.Codes), rig.Signing(KeyRecord.Documents)));
        Assert.True(rig.HasFileOf(codes) && rig.HasFileOf(documents));
        Assert.NotNull(rig.Keys.Signer(KeyRecord.Codes));

        // What the wrong clock made goes when the right one has run for a day, and rotation goes on in its time.
        rig.Time.Advance(TimeSpan.FromDays(1));
        rig.Keys.Tend();
        Assert.Equal(2, rig.Keys.All.Count(record => record.RevokedAt is null && record.NotBefore < Now(rig) + ADay));
        Assert.Equal(codes, rig.Signing(KeyRecord.Codes));
        var next = rig.Keys.Rotate(KeyRecord.Codes)!;
        Assert.InRange(next.NotBefore, Now(rig) + ADay, Now(rig) + ADay + 1);
    }

    [Fact]
    public async Task Round_ClockJumpsAhead_NoRevocationIsForgotten()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var phone = EcdsaSigner.Create();
        var (session, token) = await host.Citizen();
        var text = await host.Show(token, phone);
        await host.Inner.Post("/api/v1/citizen/codes/revoke", new { }, session);
        await host.Round();
        var now = host.Now;

        host.Inner.Time.Jump(TimeSpan.FromDays(100));
        await host.Round(60);
        host.Inner.Time.Jump(TimeSpan.FromDays(-100));
        await host.Round();

        Assert.Equal(EmergencyStatus.Revoked, (await host.Gate()).Verify(text, now));
    }

    private static uint Now(TrustRig rig) => (uint)rig.Time.GetUtcNow().ToUnixTimeSeconds();

    private static async Task<IReadOnlyList<EmergencyKey>> List(EmergencyHost host) =>
        (await host.Keys.ListEmergencyKeysAsync(new ListEmergencyKeysRequest(), EmergencyHost.Operator)).Response;

    private static async Task<EmergencyKey> Signing(EmergencyHost host, EmergencyKeyRole role) =>
        (await List(host)).Single(key => key.Role == role && key.Signing);

    private static async Task<RevokeEmergencyKeyResponse> Revoke(EmergencyHost host, EmergencyKey key) =>
        await host.Keys.RevokeEmergencyKeyAsync(
            new RevokeEmergencyKeyRequest { KeyId = key.KeyId }, EmergencyHost.Operator);

    private static async Task<RotateEmergencyKeyResponse> Rotate(EmergencyHost host, EmergencyKeyRole role) =>
        await host.Keys.RotateEmergencyKeyAsync(new RotateEmergencyKeyRequest { Role = role }, EmergencyHost.Operator);
}
