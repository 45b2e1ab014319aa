using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>Makes the first code key when a new database starts. Starts after the database is prepared.</summary>
internal sealed class FirstCodeKey(ChangeWriter writer, CodeKeyMaker maker, ILogger<FirstCodeKey> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => EnsureFirstKeyAsync(cancellationToken);

    /// <summary>Makes the first key unless there is one. Safe to repeat, from several processes at once too.</summary>
    public async Task EnsureFirstKeyAsync(CancellationToken cancellationToken)
    {
        CodeKeyRow? made = null;
        await writer.WriteAsync(
            async unit => made = await maker.MakeFirstAsync(unit, cancellationToken), cancellationToken);
        if (made is not null)
        {
            log.CodeKeyMade(made.KeyId, made.MintFrom);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
