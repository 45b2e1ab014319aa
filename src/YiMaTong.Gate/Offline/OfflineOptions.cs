using YiMaTong.Codes.Emergency;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Trust;

namespace YiMaTong.Gate.Offline;

/// <summary>What a gate needs to decide alone.</summary>
public sealed class OfflineOptions
{
    /// <summary>
    /// Folder of the trust store and the journal; made where missing, for one process alone. Required.
    /// </summary>
    public string DataFolder { get; set; } = "";

    /// <summary>Where the gate stands: six digits of GB/T 2260, for example 330106. Required.</summary>
    public string Region { get; set; } = "";

    /// <summary>Kind of its scene: a letter of Annex A, "a" to "k". Required.</summary>
    public string SceneKind { get; set; } = "";

    /// <summary>Which way it leads. Required.</summary>
    public Direction Direction { get; set; }

    /// <summary>
    /// Root keys that sign key sets, 1 to 8, one "PUBLIC KEY" PEM block each; during a change the old and the new.
    /// Required.
    /// </summary>
    public IList<string> RootKeysPem { get; } = [];

    /// <summary>
    /// Where issuing speaks gRPC, most preferred first, up to 8: trust comes from there, and scans go home there. None:
    /// the gate lives on what its folder holds.
    /// </summary>
    public IList<Uri> Issuing { get; } = [];

    /// <summary>
    /// Seconds without a usable answer of any node after which emergency codes count undeclared, 5 to 86,400.
    /// Default 30: longer than a node's restart.
    /// </summary>
    public int CutOffSeconds { get; set; } = 30;

    /// <summary>
    /// Seconds without a word of issuing after which emergency codes count undeclared though nodes answer, 60 to
    /// 86,400; 0 never. Default 60, the life of an online code: with issuing gone nobody has another one by then, and
    /// nobody can declare an emergency. Needs <see cref="Issuing"/>.
    /// </summary>
    public int IssuingSilenceSeconds { get; set; } = 60;

    /// <summary>Seconds between probes of idle nodes, 1 to 60, at most a third of the cut-off. Default 5.</summary>
    public int ProbeSeconds { get; set; } = 5;

    /// <summary>Tolerated difference of clocks in seconds, 0 to 300. Default 30.</summary>
    public int SkewSeconds { get; set; } = 30;

    /// <summary>Life of a showing in seconds, 5 to 300. Default 60.</summary>
    public int ShowingLifeSeconds { get; set; } = 60;

    /// <summary>What an entry does alone.</summary>
    public PassagePolicy Entry { get; } = PassagePolicy.ForEntry();

    /// <summary>What an exit does alone.</summary>
    public PassagePolicy Exit { get; } = PassagePolicy.ForExit();

    /// <summary>Whether an answer waits until its scan is on the disk. Default true.</summary>
    public bool DurableJournal { get; set; } = true;

    /// <summary>
    /// Milliseconds that an answer waits for the disk at most, 10 to 10,000. Default 100: ten times what a slow flash
    /// disk takes. Where it took longer once, no answer waits until it writes within that time again.
    /// </summary>
    public int JournalWaitMs { get; set; } = 100;

    /// <summary>
    /// Milliseconds that a stop waits for the disk at most, 100 to 20,000. Default 5,000; what a disk that hangs has
    /// not taken by then may be lost.
    /// </summary>
    public int StopMs { get; set; } = 5_000;

    /// <summary>MiB of the journal at most, 1 to 65,536. Default 64: some 400,000 scans.</summary>
    public int JournalMiB { get; set; } = 64;

    /// <summary>Used codes that are remembered at most, 1,000 to 10,000,000. Default 1,000,000: 50 MB.</summary>
    public int UsesMax { get; set; } = 1_000_000;

    internal PassagePolicy Policy => Direction == Direction.Exit ? Exit : Entry;

    internal int SceneKindNumber => SceneKind.Length == 1 ? SceneKind[0] - 'a' : -1;

    internal RegionCode RegionCode => RegionCode.TryParse(System.Text.Encoding.UTF8.GetBytes(Region), out var region)
        ? region
        : default;

    /// <summary>Every setting that is wrong, as "Key: what is wrong (value)"; empty where all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var problem in Place().Concat(Partners()))
        {
            yield return problem;
        }

        (string Key, int Value, int Min, int Max)[] ranges =
        [
            (nameof(CutOffSeconds), CutOffSeconds, 5, 86_400),
            (nameof(ProbeSeconds), ProbeSeconds, 1, 60),
            (nameof(SkewSeconds), SkewSeconds, 0, 300),
            (nameof(ShowingLifeSeconds), ShowingLifeSeconds, 5, 300),
            (nameof(JournalWaitMs), JournalWaitMs, 10, 10_000),
            (nameof(StopMs), StopMs, 100, 20_000),
            (nameof(JournalMiB), JournalMiB, 1, 65_536),
            (nameof(UsesMax), UsesMax, 1_000, 10_000_000),
            ($"{nameof(Entry)}:{nameof(PassagePolicy.TrustAgeHoursMax)}", Entry.TrustAgeHoursMax, 0, 8_760),
            ($"{nameof(Exit)}:{nameof(PassagePolicy.TrustAgeHoursMax)}", Exit.TrustAgeHoursMax, 0, 8_760),
        ];
        foreach (var (key, value, min, max) in ranges.Where(one => one.Value < one.Min || one.Value > one.Max))
        {
            yield return $"{key}: must be from {min} to {max} ({value})";
        }

        if (IssuingSilenceSeconds is not 0 and (< 60 or > 86_400))
        {
            yield return $"{nameof(IssuingSilenceSeconds)}: must be 0 or from 60 to 86400 ({IssuingSilenceSeconds})";
        }

        if (ProbeSeconds * 3 > CutOffSeconds)
        {
            yield return $"{nameof(ProbeSeconds)}: must be at most a third of {nameof(CutOffSeconds)} "
                + $"({ProbeSeconds}, {CutOffSeconds})";
        }
    }

    private IEnumerable<string> Place()
    {
        if (string.IsNullOrWhiteSpace(DataFolder))
        {
            yield return $"{nameof(DataFolder)}: must be set ({DataFolder})";
        }

        if (RegionCode == default)
        {
            yield return $"{nameof(Region)}: must be six digits of GB/T 2260 ({Region})";
        }

        if ((uint)SceneKindNumber >= EmergencyGrant.SceneKindCount)
        {
            yield return $"{nameof(SceneKind)}: must be a letter from a to k ({SceneKind})";
        }

        if (Direction is not (Direction.Entry or Direction.Exit))
        {
            yield return $"{nameof(Direction)}: must be Entry or Exit ({Direction})";
        }
    }

    private IEnumerable<string> Partners()
    {
        if (RootKeysPem.Count is < 1 or > 8)
        {
            yield return $"{nameof(RootKeysPem)}: 1 to 8 are needed ({RootKeysPem.Count})";
        }

        for (var i = 0; i < RootKeysPem.Count; i++)
        {
            if (!RootKeys.TryRead(RootKeysPem[i], out _))
            {
                yield return $"{nameof(RootKeysPem)}:{i}: is no PEM block of a P-256 public key";
            }
        }

        if (Issuing.Count > 8)
        {
            yield return $"{nameof(Issuing)}: up to 8 are taken ({Issuing.Count})";
        }

        foreach (var address in Issuing.Where(address => !GateOptions.IsWeb(address)))
        {
            yield return $"{nameof(Issuing)}: must be http or https ({address})";
        }
    }
}
