using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>The OAuth server's register of clients, which follows the register of channels.</summary>
internal interface IOAuthClientRegistry
{
    /// <summary>
    /// Makes the client of a channel, or brings it in line with the channel. Called after each commit of a channel,
    /// again with the same content too, so that a client that a crash left behind is mended by the next put. Must be
    /// idempotent and safe from any thread.
    /// </summary>
    /// <param name="channel">The channel as committed; its <c>AppId</c> is the client_id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task PutAsync(Channel channel, CancellationToken cancellationToken);
}
