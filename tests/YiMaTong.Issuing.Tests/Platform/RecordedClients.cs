using System.Collections.Concurrent;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Tests.Platform;

/// <summary>Keeps the channels that reach the OAuth server, or fails as a server in trouble does.</summary>
internal sealed class RecordedClients : IOAuthClientRegistry
{
    public ConcurrentQueue<Channel> Puts { get; } = new();

    public Exception? Failure { get; set; }

    public Task PutAsync(Channel channel, CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            return Task.FromException(Failure);
        }

        Puts.Enqueue(channel);
        return Task.CompletedTask;
    }
}
