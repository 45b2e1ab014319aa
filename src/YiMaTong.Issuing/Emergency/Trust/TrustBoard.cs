using YiMaTong.Issuing.Feed;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// What is published, in memory: it needs neither disk nor database. Readers take the whole picture by one volatile
/// read; a watcher listens before it looks. One writer at a time, the publisher. Thread-safe.
/// </summary>
internal sealed class TrustBoard
{
    private readonly FeedSignal _signal = new();
    private volatile TrustPicture _picture = TrustPicture.Empty;

    public TrustPicture Picture => _picture;

    public FeedSignal.Listener Listen() => _signal.Listen();

    public void Show(TrustPicture picture)
    {
        _picture = picture;
        _signal.Pulse();
    }
}
