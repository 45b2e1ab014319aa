using YiMaTong.Conformance.Tests.World;
using YiMaTong.Testing;

namespace YiMaTong.Conformance.Tests.Target;

/// <summary>Waits for what a change must bring about at gates within the freshness that the suite allows.</summary>
internal static class Eventually
{
    public static Task<T> Satisfies<T>(Func<Task<T>> read, Func<T, bool> satisfied, string what) =>
        AwaitUntil.Satisfies(
        read,
        satisfied,
        ConformanceWorld.Freshness,
        what,
        TimeSpan.FromMilliseconds(50),
        TestContext.Current.CancellationToken);
}
