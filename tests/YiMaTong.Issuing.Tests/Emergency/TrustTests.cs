using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Emergency;
using YiMaTong.Issuing.Tests.Storage;
using YiMaTong.Testing;

namespace YiMaTong.Issuing.Tests.Emergency;

public sealed class TrustTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RevokeCodes_AfterARound_IsADeltaThatVoidsThemEverywhere()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var phone = EcdsaSigner.Create();
        var (session, token) = await host.Citizen();
        var (_, other) = await host.Citizen();
        var (mine, theirs) = (await host.Show(token, phone), await host.Show(other, phone));
        host.FillList();
        await host.Round();
        var gate = await host.Gate();

        await host.Inner.Post("/api/v1/citizen/codes/revoke", new { }, session);
        await host.Round();
        await host.Update(gate);

        Assert.Equal(1, gate.Deltas);
        Assert.Equal(EmergencyStatus.Revoked, gate.Verify(mine, host.Now));
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(theirs, host.Now));

        // What is issued after the revocation counts.
        var next = await host.Show(token, phone);
        await host.Round();
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(next, host.Now));
    }

    [Fact]
    public async Task NarrowClaim_CodeGrantsMore_IsRevokedAndAWiderOneIsNot()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var phone = EcdsaSigner.Create();
        var (session, token) = await host.Citizen();
        var text = await host.Show(token, phone);
        var gate = await host.Gate();

        await host.Inner.Post("/api/v1/citizen/claim", new { }, session);
        await host.Round();
        await host.Update(gate);
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(text, host.Now));

        await host.Inner.Post("/api/v1/citizen/claim", new { sceneKinds = new[] { "a" } }, session);
        await host.Round();
        await host.Update(gate);
        Assert.Equal(EmergencyStatus.Revoked, gate.Verify(text, host.Now));
    }

    [Fact]
    public async Task WatchTrust_RevokedKey_ComesWithoutAsking()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var phone = EcdsaSigner.Create();
        var (_, token) = await host.Citizen();
        var text = await host.Show(token, phone);
        var gate = await host.Gate();
        using var watch = host.Trust.WatchTrust(
            new WatchTrustRequest { Held = gate.Held() }, cancellationToken: Cancellation);
        Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
        gate.Take(watch.ResponseStream.Current.Update);
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(text, host.Now, out var code));

        var revoked = await host.Keys.RevokeEmergencyKeyAsync(
            new RevokeEmergencyKeyRequest { KeyId = code.KeyId.ToString() }, EmergencyHost.Operator);

        Assert.Equal("PY0000", revoked.Code);
        Assert.NotNull(revoked.Response.RevokedAt);
        while (gate.Verify(text, host.Now) != EmergencyStatus.RevokedKey)
        {
            Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
            gate.Take(watch.ResponseStream.Current.Update);
        }

        // Another key has taken over at once.
        await host.Update(gate);
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(await host.Show(token, phone), host.Now));
        Assert.Empty(System.IO.Directory.EnumerateFiles(host.Folder, $"signer-{code.KeyId}.key"));
    }

    [Fact]
    public async Task WatchTrust_NoNews_IsAnEmptyAnswerEvery15Seconds()
    {
        await using var host = await EmergencyHost.StartAsync();
        var gate = await host.Gate();
        using var watch = host.Trust.WatchTrust(
            new WatchTrustRequest { Held = gate.Held() }, cancellationToken: Cancellation);
        Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
        var next = watch.ResponseStream.MoveNext(Cancellation);

        // The watcher may not have begun to wait at the first step of the clock.
        await AwaitUntil.Holds(
            () =>
            {
                host.Inner.Time.Advance(TimeSpan.FromSeconds(15));
                return next.IsCompleted;
            },
            TimeSpan.FromSeconds(30), "a heartbeat", Cancellation);

        Assert.True(await next);
        Assert.True(watch.ResponseStream.Current.Update.KeySet.IsEmpty);
        Assert.NotEqual(0, watch.ResponseStream.Current.Update.ServerTimeMs);
    }

    [Fact]
    public async Task RevokeKey_OfDocuments_SignsListsAndDeclarationsAnew()
    {
        await using var host = await EmergencyHost.StartAsync();
        await host.Emergencies.DeclareEmergencyAsync(
            new DeclareEmergencyRequest { Emergency = DeclarationTests.Form(host) }, EmergencyHost.Operator);
        var gate = await host.Gate();
        var leaked = gate.Keys.Keys.Single(key => key.Uses.HasFlag(EmergencyKeyUses.StatusLists)).PublicKey.Id;

        host.Inner.Time.Advance(TimeSpan.FromSeconds(1));
        await host.Keys.RevokeEmergencyKeyAsync(
            new RevokeEmergencyKeyRequest { KeyId = leaked.ToString() }, EmergencyHost.Operator);
        await host.Update(gate);

        // A gate that knows nothing yet takes everything under the keys that are left.
        var fresh = await host.Gate();
        Assert.Single(fresh.Declarations.All);
        Assert.True(fresh.Catalogue.Revision > 0);
        Assert.Equal(fresh.Catalogue.Revision, gate.Catalogue.Revision);
        Assert.Equal(fresh.Lists.Find(0)!.Revision, gate.Lists.Find(0)!.Revision);
        Assert.True(gate.Keys.Find(leaked)!.Revoked);
    }

    [Fact]
    public async Task Revoke_WhileTheNextKeyIsAnnounced_LeavesThatOneItsTime()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var phone = EcdsaSigner.Create();
        var (_, token) = await host.Citizen();
        var gate = await host.Gate();
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(await host.Show(token, phone), host.Now, out var before));
        host.Inner.Time.Advance(TimeSpan.FromSeconds(1));
        var next = await host.Keys.RotateEmergencyKeyAsync(Codes(), EmergencyHost.Operator);
        await host.Keys.RevokeEmergencyKeyAsync(
            new RevokeEmergencyKeyRequest { KeyId = before.KeyId.ToString() }, EmergencyHost.Operator);

        // The announced key has taken over from the one that stood in; its codes count for their whole life.
        await host.Round(86_405);
        (_, token) = await host.Citizen();
        var late = await host.Issue(token, phone);
        await host.Round(80_000);
        await host.Update(gate);
        var shown = HolderProof.Show(Convert.FromBase64String(late.Response.Token), phone, host.Now);
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(shown, host.Now, out var after));
        Assert.Equal(next.Response.KeyId, after.KeyId.ToString());
    }

    [Fact]
    public async Task Rotate_NewKey_IsShownBeforeItSignsAndTheOldOneOutlivesItsCodes()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var phone = EcdsaSigner.Create();
        var (_, token) = await host.Citizen();
        var gate = await host.Gate();
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(await host.Show(token, phone), host.Now, out var before));

        host.Inner.Time.Advance(TimeSpan.FromSeconds(1));
        var first = await host.Keys.RotateEmergencyKeyAsync(Codes(), EmergencyHost.Operator);
        var again = await host.Keys.RotateEmergencyKeyAsync(Codes(), EmergencyHost.Operator);
        await host.Update(gate);
        Assert.Equal(first.Response.KeyId, again.Response.KeyId);
        Assert.False(first.Response.Signing);
        Assert.Equal(3, gate.Keys.Keys.Count);

        await host.Round(86_395);
        (_, token) = await host.Citizen();
        var last = await host.Issue(token, phone);
        var lastText = HolderProof.Show(Convert.FromBase64String(last.Response.Token), phone, host.Now);
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(lastText, host.Now, out var still));
        Assert.Equal(before.KeyId, still.KeyId);

        await host.Round(10);
        await host.Update(gate);
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(await host.Show(token, phone), host.Now, out var after));
        Assert.Equal(first.Response.KeyId, after.KeyId.ToString());

        // The last code of the old key counts to its very end.
        await host.Round(86_000);
        await host.Update(gate);
        var shown = HolderProof.Show(Convert.FromBase64String(last.Response.Token), phone, host.Now);
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(shown, host.Now));
        Assert.Empty(System.IO.Directory.EnumerateFiles(host.Folder, $"signer-{before.KeyId}.key"));
    }

    [Fact]
    public async Task Tend_KeyGrowsOld_IsFollowedWithoutAnOperator()
    {
        await using var host = await EmergencyHost.StartAsync(("Issuing:Emergency:KeyLifeDays", "3"));
        var gate = await host.Gate();
        for (var day = 0; day < 9; day++)
        {
            await host.Round(86_400);
            await host.Update(gate);
            Assert.All(
                new[] { EmergencyKeyUses.Codes, EmergencyKeyUses.StatusLists },
                use => Assert.Contains(
                    gate.Keys.Keys, key => key.Uses.HasFlag(use) && key.IsValidAt(host.Now, 0)
                        && key.IsValidAt(host.Now + 86_400, 0)));
        }

        Assert.True(gate.Keys.Keys.Count >= 6);
    }

    [Fact]
    public async Task GetTrust_WhileTheDatabaseIsAway_AnswersAndTheStreamLives()
    {
        await using var host = await EmergencyHost.StartAsync();
        using var phone = EcdsaSigner.Create();
        var (_, token) = await host.Citizen();
        var text = await host.Show(token, phone);
        host.TakeDatabaseAway();

        await host.Round();
        var gate = await host.Gate();
        Assert.Equal(EmergencyStatus.Valid, gate.Verify(text, host.Now, out var code));
        host.Inner.Time.Advance(TimeSpan.FromSeconds(1));
        await host.Keys.RevokeEmergencyKeyAsync(
            new RevokeEmergencyKeyRequest { KeyId = code.KeyId.ToString() }, EmergencyHost.Operator);
        await host.Update(gate);

        Assert.Equal(EmergencyStatus.RevokedKey, gate.Verify(text, host.Now));
        host.BringDatabaseBack();
    }

    [Fact]
    public async Task Restart_EveryRevision_RisesAndKeysAndRevocationsStay()
    {
        using var folder = new TempDirectory();
        GateTrust gate;
        string text;
        await using (var host = await EmergencyHost.StartInAsync(folder))
        {
            using var phone = EcdsaSigner.Create();
            var (session, token) = await host.Citizen();
            text = await host.Show(token, phone);
            await host.Inner.Post("/api/v1/citizen/codes/revoke", new { }, session);
            await host.Round();
            gate = await host.Gate();
            Assert.Equal(EmergencyStatus.Revoked, gate.Verify(text, host.Now));
        }

        // The clock of the second run starts where that of the first did: revisions must rise all the same.
        await using var restarted = await EmergencyHost.StartInAsync(folder);
        var (keys, list) = (gate.Keys.Revision, gate.Lists.Find(0)!.Revision);
        await restarted.Update(gate);

        Assert.True(gate.Keys.Revision > keys);
        Assert.True(gate.Lists.Find(0)!.Revision > list);
        Assert.Equal(EmergencyStatus.Revoked, gate.Verify(text, restarted.Now));
    }

    [Fact]
    public async Task Restart_PublishedFilesAreDamaged_GoesOnWithTheDatabase()
    {
        using var folder = new TempDirectory();
        GateTrust gate;
        string text;
        await using (var host = await EmergencyHost.StartInAsync(folder))
        {
            using var phone = EcdsaSigner.Create();
            var (session, token) = await host.Citizen();
            text = await host.Show(token, phone);
            await host.Inner.Post("/api/v1/citizen/codes/revoke", new { }, session);
            await host.Round();
            gate = await host.Gate();
            foreach (var name in new[] { "key-set.cbor", "status-000.cbor", "status.json" })
            {
                await File.WriteAllTextAsync(Path.Combine(host.Folder, name), "{", Cancellation);
            }
        }

        await using var restarted = await EmergencyHost.StartInAsync(folder);
        await restarted.Round(60);
        var fresh = await restarted.Gate();
        Assert.Equal(EmergencyStatus.Revoked, fresh.Verify(text, restarted.Now));
    }

    [Fact]
    public async Task Restart_DatabaseWasRestored_KeepsItsRevocationsAndGivesNoOldPlace()
    {
        using var folder = new TempDirectory();
        string text;
        await using (var host = await EmergencyHost.StartInAsync(folder))
        {
            var (session, token) = await host.Citizen();
            TestStorage.ReleaseFiles(host.Database);
            using var phone = EcdsaSigner.Create();
            await Backup(host.Database, folder.Combine("backup.db"));
            text = await host.Show(token, phone);
            await host.Inner.Post("/api/v1/citizen/codes/revoke", new { }, session);
            await host.Round(31);
        }

        foreach (var file in new[] { "issuing.db-wal", "issuing.db-shm" })
        {
            File.Delete(folder.Combine(file));
        }

        File.Copy(folder.Combine("backup.db"), folder.Combine("issuing.db"), overwrite: true);
        await using var restored = await EmergencyHost.StartInAsync(folder);
        Assert.Equal(0, await restored.Inner.Read(db => db.EmergencyCodes.CountAsync()));
        var gate = await restored.Gate();
        Assert.Equal(EmergencyStatus.Revoked, gate.Verify(text, restored.Now));
        var (_, again) = await restored.Citizen();
        Assert.Equal("PY0000", (await restored.Issue(again)).Code);
        Assert.Equal(1, await restored.Inner.Read(db => db.EmergencyCodes.MaxAsync(code => (int)code.StatusList)));
    }

    [Fact]
    public async Task Catalogue_TagChanges_IsSignedAnewAndKeptOverARestartWithoutItsDatabase()
    {
        using var folder = new TempDirectory();
        GateTrust gate;
        await using (var host = await EmergencyHost.StartInAsync(folder))
        {
            gate = await host.Gate();
            Assert.Empty(gate.Catalogue.Tags);
            await host.PutTag("veteran", 9);
            await host.Round();
            await host.Update(gate);
            Assert.Equal([(9, "退役军人")], gate.Catalogue.Tags.Select(tag => (tag.Number, tag.Text)));

            // Nothing changed: nobody gets it again.
            var signed = gate.Catalogue;
            await host.Round(60);
            await host.Update(gate);
            Assert.Same(signed, gate.Catalogue);
            TestStorage.ReleaseFiles(host.Database);
        }

        // The clock starts where it did, and the registry is one that never had a tag: the document is newer.
        foreach (var file in System.IO.Directory.EnumerateFiles(folder.Path, "issuing.db*"))
        {
            File.Delete(file);
        }

        await using var restarted = await EmergencyHost.StartInAsync(folder);
        var before = gate.Catalogue.Revision;
        await restarted.Update(gate);
        Assert.True(gate.Catalogue.Revision > before);
        Assert.Empty(gate.Catalogue.Tags);
    }

    [Fact]
    public async Task Sweep_CodeIsLongOver_ItsPlaceIsFreeAgain()
    {
        await using var host = await EmergencyHost.StartAsync();
        var (session, token) = await host.Citizen();
        await host.Issue(token);
        await host.Inner.Post("/api/v1/citizen/codes/revoke", new { }, session);
        await host.Round(31);
        Assert.Equal((1, 1), Count(host));

        await host.Round(86_400 + 604_800);

        Assert.Equal((0, 0), Count(host));
        Assert.Equal(0, await host.Inner.Read(db => db.EmergencyCodes.CountAsync()));
    }

    [Theory]
    [InlineData(257, 0, 1, 16)]
    [InlineData(1, 256, 1, 16)]
    [InlineData(1, 0, 1025, 16)]
    [InlineData(1, 0, 1, 15)]
    public async Task GetTrust_HeldBreaksItsLimits_IsInvalidArgument(int lists, uint number, int declared, int idLength)
    {
        await using var host = await EmergencyHost.StartAsync();
        var held = new HeldTrust();
        for (var i = 0; i < lists; i++)
        {
            held.StatusLists.Add(new HeldStatusList { List = number, Revision = 1 });
        }

        for (var i = 0; i < declared; i++)
        {
            held.Declarations.Add(new HeldDeclaration
            {
                Id = Google.Protobuf.ByteString.CopyFrom(new byte[idLength]),
                Revision = 1,
            });
        }

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await host.Trust.GetTrustAsync(
            new GetTrustRequest { Held = held }, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    private static async Task Backup(string from, string to)
    {
        await using var source = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={from};Pooling=false");
        await using var target = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={to};Pooling=false");
        await source.OpenAsync(Cancellation);
        await target.OpenAsync(Cancellation);
        source.BackupDatabase(target);
    }

    private static RotateEmergencyKeyRequest Codes() => new() { Role = EmergencyKeyRole.Codes };

    private static (long Given, long Revoked) Count(EmergencyHost host) =>
        host.Inner.Services.GetRequiredService<StatusBook>().Count();
}
