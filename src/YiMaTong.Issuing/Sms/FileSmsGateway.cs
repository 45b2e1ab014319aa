using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Sms;

/// <summary>
/// Writes messages to a file instead of sending them, for demonstrations: a JSON object a line, the number starred but
/// for its first three and last two digits. The file is its owner's alone (mode 600). Thread-safe.
/// </summary>
internal sealed class FileSmsGateway(IOptions<SmsOptions> options, TimeProvider time) : ISmsGateway, IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <inheritdoc />
    public async Task<SmsVerdict> SendAsync(SmsMessage message, CancellationToken cancellationToken)
    {
        var line = JsonSerializer.Serialize(
            new Line(time.GetUtcNow(), message.Key, Star(message.Phone), message.Text), Json);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var path = options.Value.OutboxFile;
            if (!File.Exists(path))
            {
                await KeyFiles.OpenNew(path).DisposeAsync();
            }

            await File.AppendAllTextAsync(path, line + "\n", cancellationToken);
            return new SmsVerdict(SmsOutcome.Accepted);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new SmsVerdict(SmsOutcome.NoAnswer);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    /// <summary>Keeps the first three and the last two digits of a number that has more than eight.</summary>
    internal static string Star(string phone) => phone.Length > 8
        ? $"{phone.AsSpan(0, 3)}{new string('*', phone.Length - 5)}{phone.AsSpan(phone.Length - 2)}"
        : new string('*', phone.Length);

    private sealed record Line(DateTimeOffset At, string Id, string Phone, string Text);
}
