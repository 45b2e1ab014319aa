using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Sms;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Incidents;

/// <summary>
/// Looks at issuing and at the decode nodes from time to time, and opens and closes incidents. It runs beside the
/// requests and shares nothing with them but the board. Rounds follow one another.
/// </summary>
internal sealed class IncidentWatch(
    IncidentBoard board, IncidentStore store, IncidentDesk desk, SelfProbe self, NodeProbe nodes,
    IOptions<IncidentOptions> options, IOptions<SmsOptions> sms, TimeProvider time, ILogger<IncidentWatch> log)
    : BackgroundService
{
    private readonly HealthTrack _issuing = Track(options.Value);
    private readonly HealthTrack _decode = Track(options.Value);
    private readonly string?[] _nodeStates = new string?[options.Value.DecodeNodes.Count];

    /// <summary>Puts what was kept on the board before anyone is served.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.LoadAsync(cancellationToken);
        Resume(_issuing, IncidentKind.Issuing);
        Resume(_decode, IncidentKind.Decode);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Looks once at everything.</summary>
    public async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Watch)
        {
            var looks = options.Value.DecodeNodes.Select(node => nodes.LookAsync(node, cancellationToken)).ToList();
            var fault = await self.LookAsync(cancellationToken);
            Turn(_issuing, IncidentKind.Issuing, fault);
            if (looks.Count > 0)
            {
                Turn(_decode, IncidentKind.Decode, Judge(await Task.WhenAll(looks)));
            }
        }

        // What was published is kept, and what the disk refused before. Nobody waits: the next look is due whatever the
        // disk does.
        store.Save();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.ProbeSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunRoundAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // A round that goes wrong must not end issuing: the next one looks again.
                log.RoundFailed("incidents", Fault.Describe(failure));
            }
        }
    }

    private void Turn(HealthTrack track, IncidentKind kind, string? fault)
    {
        switch (track.Report(fault is null, time.GetUtcNow()))
        {
            case HealthTurn.Failed:
                desk.Open(kind, fault!, sms.Value.Automatic);
                break;
            case HealthTurn.Recovered:
                desk.Close(kind);
                break;
        }
    }

    private string? Judge(string?[] faults)
    {
        for (var index = 0; index < faults.Length; index++)
        {
            if (faults[index] != _nodeStates[index])
            {
                _nodeStates[index] = faults[index];
                Tell(index + 1, faults[index]);
            }
        }

        var well = faults.Count(fault => fault is null);
        return well >= options.Value.DecodeNodesLeast ? null : $"{well} of {faults.Length} decode nodes are well";
    }

    private void Tell(int place, string? fault)
    {
        if (fault is null)
        {
            log.NodeWell(place);
        }
        else
        {
            log.NodeUnwell(place, fault);
        }
    }

    // What an operator closed while it failed is not opened again: the track of this run starts from the board.
    private void Resume(HealthTrack track, IncidentKind kind)
    {
        if (board.All.Any(incident => incident.IsOpen && incident.Kind == kind))
        {
            track.Resume();
        }
    }

    private static HealthTrack Track(IncidentOptions options) => new(
        options.FailuresToOpen, TimeSpan.FromSeconds(options.OpenAfterSeconds), options.SuccessesToClose);
}
