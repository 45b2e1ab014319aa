using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using YiMaTong.Issuing.Incidents;

namespace YiMaTong.Issuing.Notices;

/// <summary>
/// Makes the public picture of the board and keeps it until the board changes or a closed incident has been shown long
/// enough. Two callers may make the same picture at once; either is right. Thread-safe.
/// </summary>
internal sealed class NoticeBoard(IncidentBoard board, IOptions<IncidentOptions> options, TimeProvider time)
{
    // Ids of at most 64 characters: the header stays below 300 bytes.
    private const int HintMax = 4;

    private volatile NoticeView? _view;

    /// <summary>The picture of now.</summary>
    public NoticeView View
    {
        get
        {
            var (view, all) = (_view, board.All);
            if (view is null || !ReferenceEquals(view.Source, all) || time.GetUtcNow() >= view.Until)
            {
                _view = view = Make(all);
            }

            return view;
        }
    }

    private NoticeView Make(IReadOnlyList<Incident> all)
    {
        var (now, shown) = (time.GetUtcNow(), TimeSpan.FromSeconds(options.Value.ShowClosedSeconds));
        var told = all.Where(incident => incident.ClosedAt is not { } closed || now < closed + shown).ToList();
        var until = told.Where(incident => !incident.IsOpen)
            .Select(incident => incident.ClosedAt!.Value + shown)
            .DefaultIfEmpty(DateTimeOffset.MaxValue)
            .Min();
        var content = new StringBuilder();
        foreach (var incident in told)
        {
            content.Append(
                CultureInfo.InvariantCulture, $"{incident.Id} {incident.OpenedAt.Ticks} {incident.Version}\n");
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(content.ToString()));
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(hash.AsSpan(0, 8))}\"");
        var hint = string.Join(
            ", ", told.Where(incident => incident.IsOpen).Take(HintMax).Select(incident => incident.Id));
        return new NoticeView(all, told, tag, hint, until);
    }
}
