using CsCheck;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Tests.Support;

namespace YiMaTong.Codes.Tests.Online;

public sealed class OnlineCodeTests
{
    private static readonly CodePayload _payload = new(0x0123_4567_89AB_CDEF, CodeType.PublicTransport, 7, 0, 60);
    private readonly CodeKey _key = TestKeys.Code(1);
    private readonly CodeKeyRing _ring;

    public OnlineCodeTests() => _ring = CodeKeyRing.Empty.With(_key);

    [Fact]
    public void Open_AnyPayloadThatWasMinted_GivesItBack() =>
        Gen.Select(
                Gen.ULong[1, ulong.MaxValue],
                Gen.Byte,
                Gen.UShort,
                Gen.Byte,
                Gen.Int[1, 255],
                Gen.UInt,
                Gen.Byte[1, 255])
            .Sample((handle, type, channel, flags, life, issuedAt, keyId) =>
            {
                var key = TestKeys.Code(keyId, keyId);
                var payload = new CodePayload(handle, type, channel, flags, life * 5);
                var text = Mint(key, payload, issuedAt);
                Assert.Equal(CodeOpenStatus.Opened, OnlineCode.Open(CodeKeyRing.Empty.With(key), text, out var code));
                Assert.Equal(payload, code.Payload);
                Assert.Equal(keyId, code.KeyId);
                Assert.Equal(issuedAt, code.IssuedAt);
                Assert.Equal((ulong)keyId << 32 | issuedAt, (ulong)(code.Nonce >> 64));
            }, iter: 2000);

    [Fact]
    public void Mint_TwiceForOnePerson_SharesNothingButKeyAndTime()
    {
        var nonces = new HashSet<UInt128>();
        var seals = new HashSet<string>();
        for (var i = 0; i < 1000; i++)
        {
            var text = Mint(_key, _payload, 1_700_000_000);
            Assert.Equal(OnlineCode.Length, text.Length);
            Assert.StartsWith("YM1", text, StringComparison.Ordinal);
            Assert.Equal(CodeOpenStatus.Opened, OnlineCode.Open(_ring, text, out var code));
            Assert.True(nonces.Add(code.Nonce));
            Assert.True(seals.Add(text[24..]));
        }
    }

    [Fact]
    public void Open_KeyNotInTheRing_IsUnknownKey()
    {
        var text = Mint(TestKeys.Code(2), _payload, 1);
        Assert.Equal(CodeOpenStatus.UnknownKey, OnlineCode.Open(_ring, text, out var code));
        Assert.Equal(default, code);
        Assert.Equal(CodeOpenStatus.UnknownKey, OnlineCode.Open(CodeKeyRing.Empty, text, out _));
    }

    [Fact]
    public void Open_KeyRevoked_IsRevokedKey()
    {
        var ring = _ring.With(TestKeys.Code(1, revoked: true));
        Assert.Equal(CodeOpenStatus.RevokedKey, OnlineCode.Open(ring, Mint(_key, _payload, 1), out var code));
        Assert.Equal(default, code);
    }

    [Fact]
    public void Open_TwoKeysAtOnce_EachOpensItsOwn()
    {
        var second = TestKeys.Code(2, 0x40);
        var both = _ring.With(second);
        Assert.Equal(CodeOpenStatus.Opened, OnlineCode.Open(both, Mint(_key, _payload, 1), out var code));
        Assert.Equal(1, code.KeyId);
        Assert.Equal(CodeOpenStatus.Opened, OnlineCode.Open(both, Mint(second, _payload, 1), out code));
        Assert.Equal(2, code.KeyId);
    }

    [Fact]
    public void Open_OtherMaterialUnderTheSameNumber_IsForged()
    {
        var text = Mint(TestKeys.Code(1, 0x40), _payload, 1);
        Assert.Equal(CodeOpenStatus.Forged, OnlineCode.Open(_ring, text, out var code));
        Assert.Equal(default, code);
    }

    [Theory]
    [InlineData(0UL, 60)]
    [InlineData(1UL, 0)]
    [InlineData(1UL, 4)]
    [InlineData(1UL, 61)]
    [InlineData(1UL, 1280)]
    [InlineData(1UL, -5)]
    public void Mint_PayloadOutOfRange_Throws(ulong handle, int life) =>
        Assert.Throws<ArgumentException>(() => Mint(_key, new CodePayload(handle, 1, 1, 0, life), 1));

    [Fact]
    public void Mint_DestinationTooShort_Throws() =>
        Assert.Throws<ArgumentException>(() => OnlineCode.Mint(_key, _payload, 1, new char[59]));

    [Fact]
    public void Mint_LongerDestination_LeavesTheRestAlone()
    {
        var room = new string('?', 64).ToCharArray();
        OnlineCode.Mint(_key, _payload, 1, room);
        Assert.Equal("????", new string(room, 60, 4));
    }

    [Fact]
    public void MintAndOpen_WhenWarm_AllocateNothing()
    {
        var text = new char[OnlineCode.Length];
        var ring = _ring.With(TestKeys.Code(2, revoked: true));
        var unknown = Mint(TestKeys.Code(3), _payload, 1);
        var revoked = Mint(TestKeys.Code(2), _payload, 1);
        Assert.Equal(0, Allocations.Of(10_000, () => OnlineCode.Mint(_key, _payload, 1, text)));
        Assert.Equal(0, Allocations.Of(10_000, () => OnlineCode.Open(_ring, text, out _)));
        Assert.Equal(0, Allocations.Of(10_000, () => OnlineCode.Open(ring, unknown, out _)));
        Assert.Equal(0, Allocations.Of(10_000, () => OnlineCode.Open(ring, revoked, out _)));
        Assert.Equal(0, Allocations.Of(10_000, () => OnlineCode.Open(ring, "281234567890123456", out _)));
    }

    [Fact]
    public void MintAndOpen_FromEightThreads_GiveEachItsOwn() => Together.Run(8, number =>
    {
        for (var i = 1; i <= 5_000; i++)
        {
            var payload = new CodePayload((ulong)number << 32 | (uint)i, (byte)number, (ushort)i, 0, 60);
            var text = Mint(_key, payload, (uint)i);
            if (OnlineCode.Open(_ring, text, out var code) != CodeOpenStatus.Opened || code.Payload != payload)
            {
                throw new InvalidOperationException($"Thread {number}, round {i}: {text} opened to {code}.");
            }

            // A failed seal must leave the shared cipher fit for the next thread.
            if (i % 100 == 0 && OnlineCode.Open(_ring, Damage(text), out _) != CodeOpenStatus.Forged)
            {
                throw new InvalidOperationException($"Thread {number}, round {i}: damage was taken.");
            }
        }
    });

    internal static string Mint(CodeKey key, in CodePayload payload, uint issuedAt)
    {
        var text = new char[OnlineCode.Length];
        OnlineCode.Mint(key, payload, issuedAt, text);
        return new string(text);
    }

    // The lowest character of the last triplet: one more or one less stays inside two bytes, but for FGW.
    private static string Damage(string text) => text[..57] + (text[57] == '0' ? '1' : '0') + text[58..];
}
