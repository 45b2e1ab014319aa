using System.Text.Json;
using System.Text.RegularExpressions;

namespace YiMaTong.Conformance.Tests.Wire;

/// <summary>What holds of every answer.</summary>
internal static partial class Envelope
{
    private static readonly string[] Leaks =
        ["Exception", "System.", "Json", "at ", "Path:", "LineNumber", "BytePosition", "Microsoft.", ".cs:line",
            "Grpc"];

    /// <summary>The answer is an envelope with this code, a message and, on failure, nothing beside them.</summary>
    public static Answer Is(Answer answer, string code, int status = 200)
    {
        Shape(answer);
        Assert.True(answer.Code == code, $"expected {code}, got {answer}");
        Assert.True(answer.Status == status, $"expected HTTP {status}, got {answer}");
        return answer;
    }

    /// <summary>As <see cref="Is"/> where the standard leaves the choice between codes open.</summary>
    public static Answer IsOneOf(Answer answer, params ReadOnlySpan<string> codes)
    {
        Shape(answer);
        Assert.True(codes.Contains(answer.Code), $"expected one of {string.Join(", ", codes!)}, got {answer}");
        return answer;
    }

    /// <summary>A refusal that never reached a handler: the status and an envelope.</summary>
    public static Answer Refuses(Answer answer, int status)
    {
        Shape(answer);
        Assert.True(answer.Status == status, $"expected HTTP {status}, got {answer}");
        Assert.True(answer.Code != "PY0000", $"a refusal carries a failing code: {answer}");
        return answer;
    }

    /// <summary>The message names the parameter.</summary>
    public static Answer Names(Answer answer, string parameter)
    {
        Assert.True(
            Regex.IsMatch(answer.Msg, $@"(?<![A-Za-z_]){Regex.Escape(parameter)}(?![A-Za-z_])"),
            $"msg should name {parameter}: {answer}");
        return answer;
    }

    private static void Shape(Answer answer)
    {
        Assert.True(answer.MediaType == "application/json", $"content type is application/json: {answer}");
        Assert.True(answer.Root.ValueKind == JsonValueKind.Object, $"the envelope is an object: {answer}");
        var names = answer.Root.EnumerateObject().Select(property => property.Name).ToArray();
        Assert.True(
            names is ["code", "msg"] or ["code", "msg", "response"],
            $"the envelope has code, msg and response in this order: {answer}");
        Assert.True(PyCode().IsMatch(answer.Code), $"code is PY and four digits: {answer}");
        Assert.True(answer.Msg.Length > 0, $"msg says something: {answer}");
        if (answer.Code == "PY0000")
        {
            Assert.True(answer.Msg == "成功", $"msg of success: {answer}");
            return;
        }

        if (answer.Root.TryGetProperty("response", out var response))
        {
            Assert.True(
                response.ValueKind == JsonValueKind.Null
                || (response.ValueKind == JsonValueKind.Array && response.GetArrayLength() == 0),
                $"response holds nothing on failure: {answer}");
        }

        foreach (var leak in Leaks)
        {
            Assert.True(
                !answer.Body.Contains(leak, StringComparison.Ordinal), $"the answer leaks \"{leak}\": {answer}");
        }
    }

    [GeneratedRegex(@"^PY\d{4}$")]
    private static partial Regex PyCode();
}
