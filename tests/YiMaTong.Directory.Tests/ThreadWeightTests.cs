using System.Globalization;

namespace YiMaTong.Directory.Tests;

public sealed class ThreadWeightTests
{
    private const int NiceField = 16;

    // Field 19 of proc(5)'s stat; the name before it may hold blanks, so it is counted from the name's end.
    private static int NiceOfThisThread()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return int.Parse(fields[NiceField], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Lower_OnAThreadOfItsOwn_ChangesThatThreadAlone()
    {
        var (before, lowered) = (NiceOfThisThread(), 0);
        var thread = new Thread(() =>
        {
            ThreadWeight.Lower();
            lowered = NiceOfThisThread();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(Math.Max(10, before), lowered);
        Assert.Equal(before, NiceOfThisThread());
    }
}
