using YiMaTong.Codes.Pooling;
using YiMaTong.Codes.Tests.Support;

namespace YiMaTong.Codes.Tests.Pooling;

public sealed class BoundedPoolTests
{
    private int _made;
    private int _freed;

    [Fact]
    public void Rent_FromManyThreads_GivesEachItemToOneAtATime()
    {
        var pool = NewPool();
        Together.Run(16, _ =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                using var lease = new Lease<Item>(pool);
                lease.Item.EnterAndLeave();
            }
        });
        Assert.Equal(_made - _freed, pool.Resting);
        Assert.InRange(pool.Resting, 1, BoundedPool<Item>.Slots);
    }

    [Fact]
    public void Return_MoreThanThereAreSlots_FreesTheRest()
    {
        var pool = NewPool();
        var items = Enumerable.Range(0, BoundedPool<Item>.Slots + 5).Select(_ => pool.Rent()).ToList();
        items.ForEach(pool.Return);
        Assert.Equal(BoundedPool<Item>.Slots, pool.Resting);
        Assert.Equal(5, _freed);
    }

    [Fact]
    public void Close_WhileThreadsRent_LeavesNothingBehind()
    {
        for (var round = 0; round < 200; round++)
        {
            var pool = NewPool();
            Together.Run(4, number =>
            {
                for (var i = 0; i < 50; i++)
                {
                    if (number == 0 && i == 25)
                    {
                        pool.Close();
                    }

                    using var lease = new Lease<Item>(pool);
                    lease.Item.EnterAndLeave();
                }
            });
            Assert.Equal(0, pool.Resting);
            Assert.Equal(_made, _freed);
        }
    }

    private BoundedPool<Item> NewPool() => new(() =>
    {
        Interlocked.Increment(ref _made);
        return new Item(this);
    });

    private sealed class Item(BoundedPoolTests owner) : IDisposable
    {
        private int _inside;
        private int _freed;

        public void EnterAndLeave()
        {
            Assert.Equal(1, Interlocked.Increment(ref _inside));
            Assert.Equal(0, Volatile.Read(ref _freed));
            Interlocked.Decrement(ref _inside);
        }

        public void Dispose()
        {
            Assert.Equal(0, Interlocked.Exchange(ref _freed, 1));
            Interlocked.Increment(ref owner._freed);
        }
    }
}
