using System.Globalization;
using System.Net;
using System.Text;
using YiMaTong.Load.Running;

namespace YiMaTong.Load.Report;

/// <summary>A page of runs that needs no other file: text, and plots as inline SVG.</summary>
internal static class HtmlPage
{
    private const string Style =
        "body{font:14px sans-serif;max-width:1100px;margin:2em auto}pre{overflow-x:auto;background:#f6f6f6;padding:1em}"
        + "h2{font-size:1em;margin:2em 0 .3em}svg{margin-right:1em}";

    /// <summary>The page.</summary>
    /// <param name="title">Machine and commit.</param>
    /// <param name="text">Text above the plots.</param>
    /// <param name="runs">Runs with their titles.</param>
    public static string Of(string title, string text, IEnumerable<(string Title, RunResult Run)> runs)
    {
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Safe(title)}</title><style>{Style}</style>");
        page.Append(CultureInfo.InvariantCulture, $"<h1>YiMaTong load</h1><p>{Safe(title)}</p><pre>{Safe(text)}</pre>");
        foreach (var (name, run) in runs)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Safe(name)}</h2><p>{Safe(run.ToString())}<br>");
            page.Append(CultureInfo.InvariantCulture, $"{Safe(string.Join(", ", run.Simulations))}</p>");
            page.Append(Plot.Draw("right answers a second", "s", [.. run.Timeline.Select(s => (double)s.Second)],
                ("good", [.. run.Timeline.Select(s => (double)s.Good)]),
                ("refused", [.. run.Timeline.Select(s => (double)s.Refused)])));
            page.Append(Plot.Draw("latency by second, ms", "s", [.. run.Timeline.Select(s => (double)s.Second)],
                ("p50", [.. run.Timeline.Select(s => s.P50)]), ("p99", [.. run.Timeline.Select(s => s.P99)])));

            // Nines are evenly spaced, so that the tail is seen.
            page.Append(Plot.Draw("latency by nines, ms", "nines", [.. run.Curve.Select(point => Nines(point[0]))],
                ("latency", [.. run.Curve.Select(point => point[1])])));
        }

        return page.Append("</html>\n").ToString();
    }

    private static double Nines(double percentile) => -Math.Log10(Math.Max(1e-6, 1 - (percentile / 100)));

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
