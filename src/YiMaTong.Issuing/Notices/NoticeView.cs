using Microsoft.Net.Http.Headers;
using YiMaTong.Issuing.Incidents;

namespace YiMaTong.Issuing.Notices;

/// <summary>What citizens are told at one moment. Immutable.</summary>
/// <param name="Source">The board's list that it was made from.</param>
/// <param name="Incidents">Open ones first, then those that closed lately.</param>
/// <param name="Tag">Entity tag of exactly this content (RFC 9110, 8.8.3).</param>
/// <param name="Hint">Ids of the newest open incidents for the header; empty where none is open.</param>
/// <param name="Until">When the oldest closed incident leaves.</param>
internal sealed record NoticeView(
    IReadOnlyList<Incident> Source, IReadOnlyList<Incident> Incidents, EntityTagHeaderValue Tag, string Hint,
    DateTimeOffset Until);
