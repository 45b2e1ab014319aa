using System.Numerics;
using System.Text;
using CsCheck;
using Google.Protobuf;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Decode.Registry;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Tests;

/// <summary>Our writer of answers beside Google's: byte for byte the same.</summary>
public sealed class WireWritingTests
{
    private static readonly Gen<Catalogue> Catalogues = Gen.Select(
        Gen.Int[1, 64].HashSet[0, 64], Gen.ULong, Gen.String[0, 200], (numbers, revision, icon) =>
            Catalogue.Of(numbers.Select(number =>
            {
                var record = World.Tag(revision, number, $"k{number}").Tag;
                record.Tag.Icon = icon.Replace('\0', 'x');
                return KeyValuePair.Create(number, (revision, record));
            })));

    private static readonly Gen<SubjectRecord> Subjects = Gen.Select(
        Gen.OneOf(Gen.Const(""), Gen.Const("*三"), Gen.Int[1, 300].Select(n => new string('*', n) + "𠮷")),
        Gen.Int[0, 2].Select(i => new[] { "", "9**************4", "号**************X" }[i]),
        (name, card) =>
        {
            var record = new SubjectRecord { State = SubjectState.Active };
            record.SetConcealed(name, card);
            return record;
        });

    private static readonly Gen<DecodeOutcome> Outcomes = Gen.Select(
        Gen.Frequency(
            (1, Gen.Const(PyCodes.Success)), (1, Gen.Int[0, PyCodes.All.Count - 1].Select(i => PyCodes.All[i]))),
        Catalogues,
        Subjects,
        Gen.Select(Gen.ULong, Gen.Byte[0, 7], Gen.Byte[0, 3], Gen.Bool),
        Gen.Select(Gen.OneOf(Gen.ULong, Gen.ULong[0, 300]), Gen.Long[-5, 1L << 33], Gen.ULong, Gen.ULong),
        (code, catalogue, subject, told, numbers) => new DecodeOutcome
        {
            Code = code,
            Cause = code,
            Decision = Disclosure.DecisionOf(code),
            Type = code == PyCodes.Success ? told.Item3 : (byte)0,
            Tags = code == PyCodes.Success ? told.Item1 & catalogue.ActiveTags : 0,
            Fields = code == PyCodes.Success ? told.Item2 : (byte)0,
            Degraded = told.Item4,
            RetryAfterMs = code == PyCodes.Busy ? (uint)numbers.Item1 : 0,
            DecisionId = new(numbers.Item3, numbers.Item4),
            DataRevision = numbers.Item1,
            DataAgeMs = numbers.Item2,
            Catalogue = catalogue,
            Subject = subject,
        });

    private static readonly Gen<string> ScanIds = Gen.String[Gen.Char.AlphaNumeric, 0, 64];

    /// <summary>The message that an outcome means.</summary>
    private static DecodeResponse Message(DecodeOutcome outcome, string scanId)
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
            Degraded = outcome.Degraded,
            RetryAfterMs = outcome.RetryAfterMs,
        };
        if (outcome.Code != PyCodes.Success)
        {
            return response;
        }

        response.CatalogueRevision = outcome.Catalogue.Revision;
        for (var tags = outcome.Tags; tags != 0; tags &= tags - 1)
        {
            var number = BitOperations.TrailingZeroCount(tags) + 1;
            response.TagNumbers.Add((uint)number);
            if ((outcome.Fields & FieldBits.Tags) != 0 && !outcome.Degraded && outcome.Catalogue[number] is { } tag)
            {
                response.Tags.Add(tag);
            }
        }

        response.ConcealName = (outcome.Fields & FieldBits.ConcealName) != 0 ? outcome.Subject.ConcealName() : "";
        response.ConcealCard = (outcome.Fields & FieldBits.ConcealCard) != 0 ? outcome.Subject.ConcealCard() : "";
        return response;
    }

    private static bool Same(IMessage expected, AnswerBuffer written) =>
        written.Written.SequenceEqual(expected.ToByteArray());

    [Fact]
    public void Judged_AnyOutcome_IsWrittenAsGoogleWritesIt() => Gen.Select(Outcomes, ScanIds).Sample(
        (outcome, scanId) =>
        {
            var answer = new AnswerBuffer(1);
            answer.Judged(outcome, Encoding.UTF8.GetBytes(scanId));
            return Same(Message(outcome, scanId), answer);
        },
        iter: 10_000);

    [Fact]
    public void Batch_AnyOutcomes_IsWrittenAsGoogleWritesIt() => Gen.Select(Outcomes, ScanIds).Array[0, 12].Sample(
        results =>
        {
            var answer = new AnswerBuffer(1);
            answer.Append(Envelopes.Of(PyCodes.Success));
            var expected = new DecodeBatchResponse { Code = "PY0000", Msg = PyCodes.Success.Message };
            foreach (var (outcome, scanId) in results)
            {
                var begin = answer.BeginResult();
                answer.Judged(outcome, Encoding.UTF8.GetBytes(scanId));
                answer.EndResult(begin);
                expected.Results.Add(Message(outcome, scanId));
            }

            return Same(expected, answer);
        },
        iter: 3_000);

    // The field has one number in all three messages, and stands last in each.
    [Fact]
    public void RetryAfter_AnyWait_IsWrittenAsGoogleWritesIt() => Gen.UInt.Sample(
        wait =>
        {
            var answer = new AnswerBuffer(1);
            answer.Append(Envelopes.Of(PyCodes.Busy));
            answer.RetryAfter(wait);
            var (code, text) = (PyCodes.Busy.Code, PyCodes.Busy.Message);
            return Same(new DecodeResponse { Code = code, Msg = text, RetryAfterMs = wait }, answer)
                && Same(new DecodeBatchResponse { Code = code, Msg = text, RetryAfterMs = wait }, answer)
                && Same(new DecodeStreamResponse { Code = code, Msg = text, RetryAfterMs = wait }, answer);
        },
        iter: 1_000);

    [Fact]
    public void Refusal_AnyNumbers_IsWrittenAsGoogleWritesIt() => Gen.Select(ScanIds, Gen.ULong, Gen.Long).Sample(
        (scanId, revision, ageMs) =>
        {
            var answer = new AnswerBuffer(1);
            answer.Refusal(Envelopes.BadCode, Encoding.UTF8.GetBytes(scanId), revision, ageMs);
            var expected = new DecodeResponse
            {
                Code = "PY1001",
                Msg = "参数缺失或格式错误: qrcode",
                ScanId = scanId,
                DataRevision = revision,
                DataAgeMs = (uint)Math.Clamp(ageMs, 0, uint.MaxValue),
            };
            return Same(expected, answer);
        },
        iter: 3_000);
}
