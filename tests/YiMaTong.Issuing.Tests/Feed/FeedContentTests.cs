using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Signing;
using YiMaTong.Issuing.Storage;
using YiMaTong.Issuing.Tests.Storage;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Issuing.Tests.Feed;

public sealed class FeedContentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subject_VerifiedAndClaimed_CarriesConsentAndMasks()
    {
        await using var feed = await TestFeed.Start();
        var citizen = Rows.Citizen(feed.Sealer, 1, "欧阳测试");
        citizen.Attributes = 9;
        citizen.RuleTags = 1UL << 63;
        citizen.HandTags = 2;
        citizen.ValidFrom = 1_800_000_000;
        await feed.Add(citizen);
        var claim = Rows.Claim(citizen.Id, "tags conceal_name conceal_card", 0b101);
        claim.Until = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_999);
        await AddClaim(feed, claim);

        Assert.Equal(
            new Wire.SubjectRecord
            {
                Handle = citizen.Handle,
                State = Wire.SubjectState.Active,
                ValidFrom = 1_800_000_000,
                Tags = (1UL << 63) | 2,
                Attributes = 9,
                SceneKinds = 0b101,
                Fields = 7,
                ConsentUntil = 1_900_000_000,
                ConcealName = "***试",
                ConcealCard = "9**************" + Rows.IdNumber(1)[^1],
            },
            await OnlySubject(feed));
    }

    [Theory]
    [InlineData("tags", 1u, false, false)]
    [InlineData("conceal_name", 2u, true, false)]
    [InlineData("conceal_card", 4u, false, true)]
    public async Task Subject_SomeFieldsAgreed_CarriesOnlyThose(string scopes, uint fields, bool name, bool card)
    {
        await using var feed = await TestFeed.Start();
        var citizen = Rows.Citizen(feed.Sealer, 1);
        await feed.Add(citizen);
        await AddClaim(feed, Rows.Claim(citizen.Id, scopes));
        var subject = await OnlySubject(feed);
        Assert.Equal(
            (fields, name, card), (subject.Fields, subject.ConcealName.Length > 0, subject.ConcealCard.Length > 0));
    }

    [Theory]
    [InlineData("unclaimed")]
    [InlineData("ended")]
    [InlineData("channel")]
    [InlineData("unverified")]
    public async Task Subject_WithoutStandingClaim_CarriesNothingPersonal(string lack)
    {
        await using var feed = await TestFeed.Start();
        var citizen = Rows.Citizen(feed.Sealer, 1);
        citizen.RealNameVerified = lack != "unverified";
        citizen.State = CitizenState.Frozen;
        var channel = new Channel { AppId = "a", Name = "渠道", Scopes = "", QrcodeTypes = "gj", RedirectUris = "" };
        await feed.Add(citizen, channel);
        if (lack != "unclaimed")
        {
            var claim = Rows.Claim(citizen.Id);
            claim.EndedAt = lack == "ended" ? claim.GrantedAt : null;
            claim.ChannelId = lack == "channel" ? channel.Id : null;
            await AddClaim(feed, claim);
        }

        Assert.Equal(
            new Wire.SubjectRecord { Handle = citizen.Handle, State = Wire.SubjectState.Frozen },
            await OnlySubject(feed));
    }

    [Fact]
    public async Task Subject_ConsentUntilBeforeEpoch_IsNeverForever()
    {
        await using var feed = await TestFeed.Start();
        var citizen = Rows.Citizen(feed.Sealer, 1);
        await feed.Add(citizen);
        var claim = Rows.Claim(citizen.Id);
        claim.Until = DateTimeOffset.UnixEpoch;
        await AddClaim(feed, claim);
        Assert.Equal(1u, (await OnlySubject(feed)).ConsentUntil);
    }

    [Fact]
    public async Task Registry_EveryKind_CarriesWhatDecodeNeeds()
    {
        await using var feed = await TestFeed.Start();
        var key = RandomNumberGenerator.GetBytes(32);
        var scene = Rows.Scene("s");
        (scene.Kind, scene.SingleUse, scene.AdmissionRule, scene.Route, scene.MaxStalenessMs) = (
            10, true, "true", "K7", 3_000);
        var merchant = Rows.Merchant(feed.Sealer, "m", "s");
        merchant.SignatureProfile = SignatureProfile.Sha256WithRsa;
        merchant.ResponseCipher = ResponseCipher.Aes256Cbc;
        merchant.ResponseKeySealed = feed.Sealer.SealBytes(SealedColumns.MerchantResponseKey, key);
        merchant.Active = false;
        var codeKey = Rows.CodeKey(feed.Sealer, 255);
        codeKey.KeySealed = feed.Sealer.SealBytes(SealedColumns.CodeKey, key);
        codeKey.RevokedAt = codeKey.MintFrom;
        var tag = Rows.Tag(64);
        (tag.Icon, tag.BackgroundColor, tag.FontColor) = ("/icons/tags/a.png", 3, 255);
        await feed.Add(scene, merchant, Rows.Device("d", "m"), tag, codeKey);

        var entities = (await feed.TakeReplica()).Entities;
        Assert.Equal(5, entities.Count);
        var sceneRecord = entities["scene s"].Scene;
        Assert.Equal(
            (10u, true, 7u, ulong.MaxValue),
            (sceneRecord.Kind, sceneRecord.SingleUse, sceneRecord.Fields, sceneRecord.Tags));
        Assert.Equal(
            ("true", "K7", 3_000u), (sceneRecord.AdmissionRule, sceneRecord.Route, sceneRecord.MaxStalenessMs));
        Assert.Equal(["gj", "ty"], sceneRecord.QrcodeTypes);
        var merchantRecord = entities["merchant m"].Merchant;
        Assert.Equal(("SHA256withRSA", "AES-256-CBC", 1u), (
            merchantRecord.SignatureProfile, merchantRecord.ResponseCipher, merchantRecord.ResponseKeyId));
        Assert.Equal(key, merchantRecord.ResponseKey.ToByteArray());
        Assert.False(merchantRecord.Active);
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(merchantRecord.PublicKey.Span, out _);
        Assert.Equal(Rows.PublicKeyPem, rsa.ExportSubjectPublicKeyInfoPem());
        Assert.Equal(
            new Wire.DeviceRecord { MacId = "d", MerchantId = "m", Active = true }, entities["device d"].Device);
        Assert.Equal(("标签64", 3, 255), (
            entities["tag 64"].Tag.Tag.Text, entities["tag 64"].Tag.Tag.BackgroundColor,
            entities["tag 64"].Tag.Tag.FontColor));
        Assert.Equal(key, entities["key 255"].CodeKey.Key.ToByteArray());
        Assert.True(entities["key 255"].CodeKey.Revoked);
    }

    private static Task<long> AddClaim(TestFeed feed, Consent claim) => feed.Writer.WriteAsync(
        async unit =>
        {
            unit.Db.Consents.Add(claim);
            unit.Touch(await unit.Db.Citizens.SingleAsync(row => row.Id == claim.CitizenId, Token));
        },
        Token);

    private static async Task<Wire.SubjectRecord> OnlySubject(TestFeed feed)
    {
        var subject = Assert.Single(
            (await feed.TakeReplica()).Entities.Values, entity => entity.KindCase == Wire.Entity.KindOneofCase.Subject);
        return subject.Subject;
    }
}
