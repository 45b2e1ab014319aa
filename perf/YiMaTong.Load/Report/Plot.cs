using System.Globalization;
using System.Text;

namespace YiMaTong.Load.Report;

/// <summary>A small line plot as SVG.</summary>
internal static class Plot
{
    private const double Width = 340;
    private const double Height = 190;
    private const double Left = 52;
    private const double Bottom = 24;
    private const double Top = 30;
    private static readonly string[] Colours = ["#1565c0", "#c62828", "#2e7d32"];

    /// <summary>Draws lines over common abscissae; the ordinate starts at 0.</summary>
    public static string Draw(string title, string unit, double[] x, params (string Name, double[] Y)[] lines)
    {
        if (x.Length == 0)
        {
            return "";
        }

        var top = Math.Max(1e-9, lines.Max(line => line.Y.Max()));
        var (first, last) = (x.Min(), Math.Max(x.Max(), x.Min() + 1e-9));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg width=\"{Width}\" height=\"{Height}\" font-size=\"10\">");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"12\" font-weight=\"bold\">{title}</text>");
        for (var i = 0; i <= 4; i++)
        {
            var y = Height - Bottom - (i / 4.0 * (Height - Bottom - Top));
            svg.Append(CultureInfo.InvariantCulture,
                $"<path d=\"M{Left} {y:0.#}H{Width}\" stroke=\"#ddd\"/>"
                + $"<text x=\"{Left - 4}\" y=\"{y + 3:0.#}\" text-anchor=\"end\">{top * i / 4:G3}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{Left}\" y=\"{Height - 8}\">{first:0.##}</text>"
            + $"<text x=\"{Width}\" y=\"{Height - 8}\" text-anchor=\"end\">{last:0.##} {unit}</text>");
        for (var i = 0; i < lines.Length; i++)
        {
            var points = string.Join(' ', x.Zip(lines[i].Y, (at, value) => string.Create(
                CultureInfo.InvariantCulture,
                $"{Left + ((at - first) / (last - first) * (Width - Left)):0.#},{Ordinate(value, top):0.#}")));
            var colour = Colours[i % Colours.Length];
            svg.Append(CultureInfo.InvariantCulture,
                $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>"
                + $"<text x=\"{Left + (i * 70)}\" y=\"24\" fill=\"{colour}\">{lines[i].Name}</text>");
        }

        return svg.Append("</svg>").ToString();
    }

    private static double Ordinate(double value, double top) =>
        Height - Bottom - (value / top * (Height - Bottom - Top));
}
