namespace YiMaTong.Decode.Tests;

/// <summary>Waits for a state that a background service brings about, with a limit.</summary>
internal static class Await
{
    public static async Task Until(Func<bool> condition, string what)
    {
        var deadline = Environment.TickCount64 + 20_000;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, $"timed out waiting until {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
