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
        var outcome = default(DecodeOutcome);
        var code = Check(request, ref outcome, out var field);
        metrics.Answered(outcome.Cause ?? code, startedAt);
        if (outcome.Cause is null)
        {
            return Refusal(code, request, field);
        }

        var response = new DecodeResponse
        {
            Code = outcome.Code.Code,
            Msg = outcome.Code.Message,
            Decision = outcome.Decision,
            QrcodeType = CodeType.NameOf(outcome.Type),
            ScanId = request.ScanId,
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

    /// <summary>The answer to a scan that no engine judged.</summary>
    public DecodeResponse Refusal(PyCode code, DecodeRequest request, string? field = null)
    {
        var state = status.Current;
        return new()
        {
            Code = code.Code,
            Msg = field is null ? code.Message : FieldLimits.Message(field),
            ScanId = request.ScanId.Length <= FieldLimits.ScanIdMax ? request.ScanId : "",
            DataRevision = state.Revision,
            DataAgeMs = (uint)Math.Clamp(status.AgeMs(state), 0, uint.MaxValue),
        };
    }

    private PyCode Check(DecodeRequest request, ref DecodeOutcome outcome, out string? field)
    {
        field = null;
        if (!sessions.TryFind(request.Session.Span, out var session))
        {
            return PyCodes.InvalidToken;
        }

        field = BadField(request, out var fields);
        if (field is not null)
        {
            return PyCodes.BadParameter;
        }

        var found = gate.FindMerchant(session.MerchantId, out var merchant);
        if (found != PyCodes.Success)
        {
            return found;
        }

        var device = gate.CheckDevice(session.MacId, merchant!);
        if (device != PyCodes.Success)
        {
            return device;
        }

        var scan = new ScanInput
        {
            Code = request.Qrcode,
            Merchant = merchant!,
            MacId = session.MacId,
            ScanId = request.ScanId,
            Fields = fields,
        };
        engine.Decode(scan, ref outcome);
        return outcome.Code;
    }

    private static string? BadField(DecodeRequest request, out byte fields)
    {
        fields = 0;
        return !FieldLimits.Fits(request.Qrcode, FieldLimits.CodeMax) ? "qrcode"
            : Encoding.UTF8.GetByteCount(request.ScanId) > FieldLimits.ScanIdMax ? "scan_id"
            : !TryReadFields(request.Fields, out fields) ? "fields"
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
