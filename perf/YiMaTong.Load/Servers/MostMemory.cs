namespace YiMaTong.Load.Servers;

/// <summary>The most resident memory that a server has while somebody looks, ten times a second.</summary>
internal sealed class MostMemory : IDisposable
{
    private readonly Server _server;
    private readonly Timer _timer;
    private long _most;

    public MostMemory(Server server)
    {
        (_server, _most) = (server, server.Resident);
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    /// <summary>Looks a last time.</summary>
    /// <returns>Bytes.</returns>
    public long Stop()
    {
        using var ended = new ManualResetEvent(false);
        _ = _timer.Dispose(ended);
        _ = ended.WaitOne();
        Look();
        return Interlocked.Read(ref _most);
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var now = _server.Resident;
        for (var most = Interlocked.Read(ref _most); now > most;)
        {
            var found = Interlocked.CompareExchange(ref _most, now, most);
            most = found == most ? now : found;
        }
    }
}
