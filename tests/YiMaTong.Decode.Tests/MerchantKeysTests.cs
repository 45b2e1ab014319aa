using Google.Protobuf;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Decode.Tests;

/// <summary>A merchant that changes its key: old and new count side by side.</summary>
public sealed class MerchantKeysTests
{
    [Fact]
    public void Open_WhileTwoKeysAreRegistered_EitherSigns()
    {
        using var node = Node.Ready();
        Assert.Equal("PY2002", Open(node, Keys.NextPss));

        Register(node, Keys.Pss, Keys.NextPss);
        Assert.Equal("PY0000", Open(node, Keys.Pss));
        Assert.Equal("PY0000", Open(node, Keys.NextPss));

        Register(node, Keys.NextPss, null);
        Assert.Equal("PY2002", Open(node, Keys.Pss));
        Assert.Equal("PY0000", Open(node, Keys.NextPss));
    }

    [Fact]
    public void DecodeQrcode_WhileTwoKeysOfDifferentLengthAreRegistered_EitherSigns()
    {
        using var node = Node.Ready();
        node.Change(r => World.Merchant(r, m =>
        {
            m.SignatureProfile = "SHA256withRSA";
            m.PublicKey = ByteString.CopyFrom(Keys.LongPkcs1.PublicDer);
            m.NextPublicKey = ByteString.CopyFrom(Keys.Pkcs1.PublicDer);
        }));

        string Answer(Keys keys) => StandardDecodeTests.Answer(node, StandardDecodeTests.Signed(node, keys: keys)).Code;
        Assert.Equal("PY0000", Answer(Keys.LongPkcs1));
        Assert.Equal("PY0000", Answer(Keys.Pkcs1));
        Assert.Equal("PY2002", Answer(Keys.Pss));
    }

    [Fact]
    public void Register_NextKeyIsUnreadable_TakesTheMerchantOutAsABadKeyDoes()
    {
        using var node = Node.Ready();
        node.Change(r => World.Merchant(r, m => m.NextPublicKey = ByteString.CopyFrom(1, 2, 3)));
        Assert.Equal("PY2001", Open(node, Keys.Pss));
    }

    internal static void Register(Node node, Keys key, Keys? next) => node.Change(r => World.Merchant(r, m =>
    {
        m.PublicKey = ByteString.CopyFrom(key.PublicDer);
        m.NextPublicKey = next is null ? ByteString.Empty : ByteString.CopyFrom(next.PublicDer);
    }));

    private static string Open(Node node, Keys keys)
    {
        var time = WireTime.Compact(node.Time.GetUtcNow());
        return SessionTests.Open(node, new OpenSessionRequest
        {
            MerchantId = World.MerchantId,
            MacId = World.MacId,
            Time = time,
            Sign = keys.Sign(("macId", World.MacId), ("merchantId", World.MerchantId), ("time", time)),
        }).Code;
    }
}
