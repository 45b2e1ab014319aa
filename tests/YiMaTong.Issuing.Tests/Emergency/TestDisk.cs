using YiMaTong.Issuing.Emergency;

namespace YiMaTong.Issuing.Tests.Emergency;

/// <summary>A disk for the files of emergency codes that refuses or hangs when it is told to. Thread-safe.</summary>
internal sealed class TestDisk : IDisposable
{
    private readonly ManualResetEventSlim _moves = new(initialState: true);
    private volatile bool _refuses;

    public void Refuse() => _refuses = true;

    public void Hang() => _moves.Reset();

    /// <summary>Takes everything again.</summary>
    public void Take()
    {
        _refuses = false;
        _moves.Set();
    }

    public void Put(string path, byte[]? content)
    {
        _moves.Wait(TestContext.Current.CancellationToken);
        if (_refuses)
        {
            throw new IOException("No space left on device");
        }

        EmergencyFolder.Put(path, content);
    }

    public void Dispose() => _moves.Dispose();
}
