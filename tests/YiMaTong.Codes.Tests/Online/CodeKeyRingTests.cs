using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Pooling;
using YiMaTong.Codes.Tests.Support;

namespace YiMaTong.Codes.Tests.Online;

public sealed class CodeKeyRingTests
{
    private static readonly CodePayload _payload = new(1, 1, 1, 0, 60);

    [Fact]
    public void With_AKey_LeavesTheOldRingAsItWas()
    {
        var one = CodeKeyRing.Empty.With(TestKeys.Code(1));
        var two = one.With(TestKeys.Code(255));
        var replaced = two.With(TestKeys.Code(1, revoked: true));
        Assert.Equal((0, 1, 2, 2), (CodeKeyRing.Empty.Count, one.Count, two.Count, replaced.Count));
        Assert.Null(one.Find(255));
        Assert.False(two.Find(1)!.Revoked);
        Assert.True(replaced.Find(1)!.Revoked);
        Assert.Same(two.Find(255), replaced.Find(255));
        Assert.Null(two.Find(0));
    }

    [Fact]
    public void CodeKey_NumberZeroOrWrongLength_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TestKeys.Code(0));
        Assert.Throws<ArgumentException>(() => new CodeKey(1, new byte[16]));
        Assert.Throws<ArgumentException>(() => new CodeKey(1, new byte[33]));
        Assert.Throws<ArgumentNullException>(() => CodeKeyRing.Empty.With(null!));
    }

    [Fact]
    public void CodeKey_CallerWipesItsBytes_KeepsItsOwn()
    {
        var bytes = TestKeys.Counting(0);
        var key = new CodeKey(1, bytes);
        CryptographicOperations.ZeroMemory(bytes);
        var text = OnlineCodeTests.Mint(key, _payload, 1);
        Assert.Equal(CodeOpenStatus.Opened, OnlineCode.Open(CodeKeyRing.Empty.With(TestKeys.Code(1)), text, out _));
    }

    [Fact]
    public void CodeKey_ManyThreads_RestsOnABoundedNumberOfCiphers()
    {
        var key = TestKeys.Code(1);
        var ring = CodeKeyRing.Empty.With(key);
        Together.Run(32, _ =>
        {
            var text = new char[OnlineCode.Length];
            for (var i = 0; i < 500; i++)
            {
                OnlineCode.Mint(key, _payload, 1, text);
                Assert.Equal(CodeOpenStatus.Opened, OnlineCode.Open(ring, text, out OpenedCode _));
            }
        });

        // One pool for those that seal, one for those that open.
        Assert.InRange(key.RestingCiphers, 1, 2 * BoundedPool<AesGcm>.Slots);
    }

    [Fact]
    public void With_RotatedManyTimes_LetsOldKeysGo()
    {
        var (ring, old) = Rotate(2_000);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        // The conservative frame of a debug build may hold one; a leak holds them all.
        Assert.InRange(old.Count(reference => reference.IsAlive), 0, 4);
        Assert.Equal(2, ring.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (CodeKeyRing Ring, List<WeakReference> Old) Rotate(int times)
    {
        var ring = CodeKeyRing.Empty;
        var old = new List<WeakReference>();
        for (var i = 0; i < times; i++)
        {
            var key = TestKeys.Code((byte)(1 + i % 2), (byte)i);
            ring = ring.With(key);
            Assert.Equal(CodeOpenStatus.Opened, OnlineCode.Open(ring, OnlineCodeTests.Mint(key, _payload, 1), out _));
            if (i < times - 2)
            {
                old.Add(new WeakReference(key));
            }
        }

        return (ring, old);
    }
}
