using System.Numerics;
using System.Text;
using Google.Protobuf.Collections;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Requests;

namespace YiMaTong.Decode.Sessions;

/// <summary>Answers scans of gates that have a session. Thread-safe.</summary>
internal sealed class ScanHandler(
    SessionTable sessions,
    MerchantGate gate,
    DecodeEngine engine,
    NodeStatus status,
    DecodeMetrics metrics,
    TimeProvider time)
{
    /// <summary>Answers one scan.</summary>
    public DecodeResponse Answer(DecodeRequest request)
    {
        var startedAt = time.GetTimestamp();
        var admitted = Admit(request.Session.Span, out var admission);
        if (admitted == PyCodes.Success)
        {
            return Answer(admission, request.Qrcode, request.ScanId, request.Fields);
        }

        metrics.Answered(admitted, startedAt);
        return Refusal(admitted, request.ScanId);
    }

    /// <summary>Answers the scans of a batch or a frame, each for itself.</summary>
    /// <param name="session">The session's token.</param>
    /// <param name="scans">The scans.</param>
    /// <param name="results">Where the results go; untouched where the message as a whole is refused.</param>
    /// <param name="field">The field that PY1001 is about; null for other codes.</param>
    /// <returns>The code of the message as a whole.</returns>
    public PyCode Answer(
        ReadOnlySpan<byte> session,
        RepeatedField<Scan> scans,
        RepeatedField<DecodeResponse> results,
        out string? field)
    {
        field = null;
        var admitted = Admit(session, out var admission);
        if (admitted != PyCodes.Success)
        {
            return admitted;
        }

        if (scans.Count is 0 or > FieldLimits.ScansMax)
        {
            field = "scans";
            return PyCodes.BadParameter;
        }

        for (var i = 0; i < scans.Count; i++)
        {
            var scan = scans[i];
            results.Add(Answer(admission, scan.Qrcode, scan.ScanId, scan.Fields));
        }

        return PyCodes.Success;
    }

    /// <summary>The answer to a scan that no engine judged.</summary>
    public DecodeResponse Refusal(PyCode code, string scanId, string? field = null)
    {
        var state = status.Current;
        return new()
        {
            Code = code.Code,
            Msg = field is null ? code.Message : FieldLimits.Message(field),
            ScanId = scanId.Length <= FieldLimits.ScanIdMax ? scanId : "",
            DataRevision = state.Revision,
            DataAgeMs = (uint)Math.Clamp(status.AgeMs(state), 0, uint.MaxValue),
        };
    }

    private PyCode Admit(ReadOnlySpan<byte> token, out Admission admission)
    {
        admission = default;
        if (!sessions.TryFind(token, out var session))
        {
            return PyCodes.InvalidToken;
        }

        var found = gate.FindMerchant(session.MerchantId, out var merchant);
        if (found == PyCodes.Success)
        {
            found = gate.CheckDevice(session.MacId, merchant!);
            admission = new(session, merchant!);
        }

        return found;
    }

    private DecodeResponse Answer(
        in Admission admission, string qrcode, string scanId, RepeatedField<DecodeField> asked)
    {
        var startedAt = time.GetTimestamp();
        if (BadField(qrcode, scanId, asked, out var fields) is { } field)
        {
            metrics.Answered(PyCodes.BadParameter, startedAt);
            return Refusal(PyCodes.BadParameter, scanId, field);
        }

        var outcome = default(DecodeOutcome);
        var scan = new ScanInput
        {
            Code = qrcode,
            Merchant = admission.Merchant,
            MacId = admission.Session.MacId,
            ScanId = scanId,
            Fields = fields,
        };
        engine.Decode(scan, ref outcome);
        metrics.Answered(outcome.Cause, startedAt);
        return Told(outcome, scanId);
    }

    private static DecodeResponse Told(in DecodeOutcome outcome, string scanId)
    {
        var response = new DecodeResponse
        {
            Code = outcome.Code.Code,
            Msg = outcome.Code.Message,
            Decision = outcome.Decision,
            QrcodeType = CodeType.NameOf(outcome.Type),
            ScanId = scanId,
            DataRevision = outcome.DataRevision,
            DataAgeMs = (uint)Math.Clamp(outcome.DataAgeMs, 0, uint.MaxValue),
            DecisionId = outcome.Decision == Decision.Unspecified ? "" : ScanIdentity.Text(outcome.DecisionId),
        };
        if (outcome.Code == PyCodes.Success)
        {
            Fill(response, outcome);
        }

        return response;
    }

    private static string? BadField(
        string qrcode, string scanId, RepeatedField<DecodeField> asked, out byte fields)
    {
        fields = 0;
        return !FieldLimits.Fits(qrcode, FieldLimits.CodeMax) ? "qrcode"
            : Encoding.UTF8.GetByteCount(scanId) > FieldLimits.ScanIdMax ? "scan_id"
            : !TryReadFields(asked, out fields) ? "fields"
            : null;
    }

    private static bool TryReadFields(RepeatedField<DecodeField> asked, out byte fields)
    {
        fields = 0;
        for (var i = 0; i < asked.Count; i++)
        {
            var bit = asked[i] switch
            {
                DecodeField.Tags => FieldBits.Tags,
                DecodeField.ConcealName => FieldBits.ConcealName,
                DecodeField.ConcealCard => FieldBits.ConcealCard,
                _ => 0,
            };
            if (bit == 0)
            {
                return false;
            }

            fields |= (byte)bit;
        }

        return true;
    }

    private static void Fill(DecodeResponse response, in DecodeOutcome outcome)
    {
        response.CatalogueRevision = outcome.Catalogue.Revision;
        var full = (outcome.Fields & FieldBits.Tags) != 0;
        for (var tags = outcome.Tags; tags != 0; tags &= tags - 1)
        {
            var number = BitOperations.TrailingZeroCount(tags) + 1;
            response.TagNumbers.Add((uint)number);
            if (full && outcome.Catalogue[number] is { } tag)
            {
                response.Tags.Add(tag);
            }
        }

        if ((outcome.Fields & FieldBits.ConcealName) != 0)
        {
            response.ConcealName = outcome.Subject.ConcealName();
        }

        if ((outcome.Fields & FieldBits.ConcealCard) != 0)
        {
            response.ConcealCard = outcome.Subject.ConcealCard();
        }
    }
}
