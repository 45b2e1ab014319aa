namespace YiMaTong.Codes.Tests.Support;

/// <summary>Counts what a piece of work allocates on the managed heap once it is warm.</summary>
internal static class Allocations
{
    public static long Of(int rounds, Action work)
    {
        for (var i = 0; i < 200; i++)
        {
            work();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < rounds; i++)
        {
            work();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
