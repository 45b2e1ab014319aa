using System.Text;
using Google.Protobuf;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Issuing.Platform;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Reads a run and holds every field to its limits. Thread-safe.</summary>
internal static class OfflineRunReader
{
    private const int IdLength = 16;
    private const int KeyIdLength = 4;
    private const int ScansMax = 500;
    private const int ScanIdMax = 64;
    private const int CodeMax = 64;
    private const uint StatusIndexMax = (1 << 24) - 1;

    // The year 9999: what an instant can hold.
    private const long MsMax = 253_402_300_799_999 - 86_400_000;

    /// <summary>Reads; the run is null where anything is at fault, and the outcome names it. Never throws.</summary>
    /// <param name="payload">Any bytes.</param>
    public static (Outcome Outcome, OfflineScanRun? Run) Read(ByteString payload)
    {
        OfflineScanRun run;
        try
        {
            run = OfflineScanRun.Parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException)
        {
            // The parser tells damage by an exception alone; its text stays here.
            return (Outcome.BadParameter("payload"), null);
        }

        var check = new FieldCheck();
        check.Require("payload.journalId", run.JournalId.Length == IdLength);
        check.Require("payload.firstSequence", run.FirstSequence is > 0 and < long.MaxValue - ScansMax);
        check.Require("payload.scans", run.Scans.Count is > 0 and <= ScansMax);
        check.Require("payload.gateTimeMs", run.GateTimeMs is > 0 and <= MsMax);
        check.Require("payload.runMs", run.RunMs is >= 0 and <= MsMax);
        for (var index = 0; index < run.Scans.Count && check.Fault is null; index++)
        {
            Check(check, $"payload.scans[{index}].", run.Scans[index]);
        }

        return check.Fault is null ? (Outcome.Ok, run) : (check.Outcome, null);
    }

    private static void Check(FieldCheck check, string at, OfflineScan scan)
    {
        var idBytes = Encoding.UTF8.GetByteCount(scan.ScanId);
        check.Require(at + "scanId", idBytes is > 0 and <= ScanIdMax && !scan.ScanId.Any(char.IsControl));
        check.Require(at + "atMs", scan.AtMs is > 0 and <= MsMax);
        check.Require(at + "runMs", scan.RunMs is >= 0 and <= MsMax);
        check.Require(at + "form", scan.Form is >= OfflineForm.Static and <= OfflineForm.Unverified);
        check.Require(at + "direction", scan.Direction is Direction.Entry or Direction.Exit);
        check.Require(at + "decision", scan.Decision is Decision.Permit or Decision.Deny);
        check.Require(at + "told", scan.Told is <= 9999);
        var verified = !scan.TokenId.IsEmpty;
        check.Require(at + "tokenId", scan.TokenId.Length is 0 or IdLength);
        check.Require(at + "showingId", scan.ShowingId.Length == (verified ? IdLength : 0));
        check.Require(at + "keyId", scan.KeyId.Length == (verified ? KeyIdLength : 0));
        check.Require(at + "statusList", scan.StatusList <= byte.MaxValue);
        check.Require(at + "statusIndex", scan.StatusIndex <= StatusIndexMax);
        check.Require(at + "statusRevision", scan.StatusRevision <= long.MaxValue);
        check.Require(at + "declarationId", scan.DeclarationId.Length is 0 or IdLength);
        check.Require(at + "unopenedCode", scan.UnopenedCode.Length <= CodeMax);
    }
}
