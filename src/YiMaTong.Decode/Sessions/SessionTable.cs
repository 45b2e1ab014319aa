using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace YiMaTong.Decode.Sessions;

/// <summary>
/// The sessions of this node. Finding one is a look-up without a lock; opening one takes a lock, as it costs an RSA
/// verification anyway. Bounded: a device keeps its newest few, all devices together a maximum; what exceeds ends the
/// oldest. All sessions live equally long, so the order of opening is the order of ending.
/// </summary>
internal sealed class SessionTable(IOptions<DecodeOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<SessionToken, Session> _sessions = new();
    private readonly Dictionary<string, Queue<SessionToken>> _byDevice = new(StringComparer.Ordinal);
    private readonly Queue<SessionToken> _byAge = new();
    private readonly Lock _opening = new();
    private readonly TimeSpan _life = TimeSpan.FromSeconds(options.Value.SessionLifeSeconds);
    private readonly int _perDevice = options.Value.SessionsPerDevice;
    private readonly int _max = options.Value.SessionsMax;

    /// <summary>Sessions held, those included that have ended by time and were not swept yet.</summary>
    public int Count => _sessions.Count;

    /// <summary>Opens a session that lasts no longer than the key that opens it.</summary>
    public SessionToken Open(string merchantId, string macId, UInt128 key)
    {
        var token = SessionToken.New();
        lock (_opening)
        {
            Sweep();
            DropTraces();
            if (!_byDevice.TryGetValue(macId, out var own))
            {
                _byDevice[macId] = own = new();
            }

            while (own.Count >= _perDevice && own.TryDequeue(out var oldest))
            {
                _ = _sessions.TryRemove(oldest, out _);
            }

            own.Enqueue(token);
            _byAge.Enqueue(token);
            _sessions[token] = new(merchantId, macId, key, time.GetTimestamp());
        }

        return token;
    }

    /// <summary>Finds a session that has not ended.</summary>
    public bool TryFind(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Session? session) =>
        TryFind(bytes, time.GetTimestamp(), out session);

    /// <summary>As above, for a caller that knows the time.</summary>
    public bool TryFind(ReadOnlySpan<byte> bytes, long now, [NotNullWhen(true)] out Session? session)
    {
        if (SessionToken.TryRead(bytes, out var token)
            && _sessions.TryGetValue(token, out session)
            && time.GetElapsedTime(session.OpenedAt, now) < _life)
        {
            return true;
        }

        session = null;
        return false;
    }

    /// <summary>How long a session has left; nothing where it has ended or never was.</summary>
    public TimeSpan LifeLeft(ReadOnlySpan<byte> bytes) =>
        TryFind(bytes, out var session) ? _life - time.GetElapsedTime(session.OpenedAt) : TimeSpan.Zero;

    /// <summary>
    /// Drops what has ended from the old end of the queue, and live sessions where the table is full.
    /// </summary>
    private void Sweep()
    {
        while (_byAge.TryPeek(out var oldest))
        {
            if (_sessions.TryGetValue(oldest, out var session))
            {
                if (_sessions.Count < _max && time.GetElapsedTime(session.OpenedAt) < _life)
                {
                    return;
                }

                Drop(oldest, session);
            }

            _ = _byAge.Dequeue();
        }
    }

    /// <summary>
    /// Forgets the places of sessions that a newer one of their device ended, once they are the larger part.
    /// </summary>
    private void DropTraces()
    {
        if (_byAge.Count < 2 * _max)
        {
            return;
        }

        for (var left = _byAge.Count; left > 0; left--)
        {
            var token = _byAge.Dequeue();
            if (_sessions.ContainsKey(token))
            {
                _byAge.Enqueue(token);
            }
        }
    }

    private void Drop(SessionToken token, Session session)
    {
        _ = _sessions.TryRemove(token, out _);
        if (_byDevice.TryGetValue(session.MacId, out var own))
        {
            // The oldest session of all is the oldest of its device.
            _ = own.Dequeue();
            if (own.Count == 0)
            {
                _ = _byDevice.Remove(session.MacId);
            }
        }
    }
}
