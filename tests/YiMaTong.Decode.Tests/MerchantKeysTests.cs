using Google.Protobuf;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Sessions;

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

    [Fact]
    public void Scan_KeyThatOpenedTheSessionIsTakenBack_EndsIt()
    {
        using var node = Node.Ready();
        var old = SessionTests.Open(node, SessionTests.Signed(node)).Session;
        Assert.Equal("PY0000", Scan(node, old));

        // The next key beside it changes nothing, and opens sessions of its own.
        Register(node, Keys.Pss, Keys.NextPss);
        var next = ByteString.CopyFrom(node.Get<SessionTable>().Open(
            World.MerchantId, World.MacId, MerchantKeys.IdOf(Keys.NextPss.PublicDer)).ToBytes());
        Assert.Equal(("PY0000", "PY0000"), (Scan(node, old), Scan(node, next)));
        Register(node, Keys.NextPss, Keys.Pss);
        Assert.Equal(("PY0000", "PY0000"), (Scan(node, old), Scan(node, next)));

        Register(node, Keys.NextPss, null);
        Assert.Equal(("PY1002", "PY0000"), (Scan(node, old), Scan(node, next)));
    }

    private static string Scan(Node node, ByteString session) =>
        GateWire.Decode(node, new DecodeRequest { Session = session, Qrcode = node.Mint() }).Code;

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
