using System.Globalization;
using System.Security;

namespace AkkaKv.Benchmarks.Reports;

/// <summary>One curve.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Points">Its points in the order of X; both coordinates above 0.</param>
internal sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Curves as a picture in SVG, both scales logarithmic: a straight line is a power law, a level one costs nothing.</summary>
/// <param name="Title">What stands above.</param>
/// <param name="XLabel">What stands below.</param>
/// <param name="YLabel">The unit of all curves.</param>
/// <param name="Curves">Up to five of them.</param>
internal sealed record Chart(string Title, string XLabel, string YLabel, IReadOnlyList<Curve> Curves)
{
    private const int Width = 720;
    private const int Height = 400;
    private const int Left = 70;
    private const int Right = 20;
    private const int Top = 64;
    private const int Bottom = 52;

    // Told apart by the colour-blind, too (Okabe and Ito).
    private static readonly string[] Colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9"];

    /// <summary>The picture; its background is white, whatever the page's is.</summary>
    public string ToSvg()
    {
        var svg = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        svg.WriteLine($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" "
            + "font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">");
        svg.WriteLine($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        svg.WriteLine($"<text x=\"{Left}\" y=\"22\" font-size=\"16\" font-weight=\"bold\">{Escape(Title)}</text>");
        svg.WriteLine($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\">{Escape(XLabel)}</text>");
        svg.WriteLine($"<text transform=\"translate(16 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">"
            + $"{Escape(YLabel)}</text>");

        var all = Curves.SelectMany(curve => curve.Points).Where(point => point is { X: > 0, Y: > 0 }).ToList();
        if (all.Count > 0)
        {
            var x = new Axis(all.Min(p => p.X), all.Max(p => p.X), Left, Width - Right);
            var y = new Axis(all.Min(p => p.Y), all.Max(p => p.Y), Height - Bottom, Top);
            DrawGrid(svg, x, y);
            for (var i = 0; i < Curves.Count; i++)
                DrawCurve(svg, x, y, i);
        }

        svg.WriteLine("</svg>");
        return svg.ToString();
    }

    /// <summary>A number in few characters: 12k, 3.4M, 0.05.</summary>
    public static string Short(double value) => value switch
    {
        >= 999_500 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.#}M"),
        >= 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0}k"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.#}k"),
        >= 100 => string.Create(CultureInfo.InvariantCulture, $"{value:0}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:G2}"),
    };

    private static void DrawGrid(StringWriter svg, Axis x, Axis y)
    {
        foreach (var tick in x.Ticks)
        {
            svg.WriteLine($"<path d=\"M{x.At(tick):F1} {Top}V{Height - Bottom}\" stroke=\"#ddd\"/>");
            svg.WriteLine($"<text x=\"{x.At(tick):F1}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{Short(tick)}</text>");
        }

        foreach (var tick in y.Ticks)
        {
            svg.WriteLine($"<path d=\"M{Left} {y.At(tick):F1}H{Width - Right}\" stroke=\"#ddd\"/>");
            svg.WriteLine($"<text x=\"{Left - 6}\" y=\"{y.At(tick) + 4:F1}\" text-anchor=\"end\">{Short(tick)}</text>");
        }
    }

    private void DrawCurve(StringWriter svg, Axis x, Axis y, int number)
    {
        var (curve, color) = (Curves[number], Colors[number % Colors.Length]);
        var points = curve.Points.Where(point => point is { X: > 0, Y: > 0 }).ToList();
        var path = string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{x.At(p.X):F1},{y.At(p.Y):F1}")));
        svg.WriteLine($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>");
        foreach (var point in points)
        {
            svg.WriteLine($"<circle cx=\"{x.At(point.X):F1}\" cy=\"{y.At(point.Y):F1}\" r=\"3.5\" fill=\"{color}\"/>");
            svg.WriteLine($"<text x=\"{x.At(point.X):F1}\" y=\"{y.At(point.Y) - 8:F1}\" text-anchor=\"middle\" font-size=\"11\" "
                + $"fill=\"{color}\">{Short(point.Y)}</text>");
        }

        var at = Left + (number * (Width - Left - Right) / Math.Max(1, Curves.Count));
        svg.WriteLine($"<rect x=\"{at}\" y=\"36\" width=\"14\" height=\"4\" fill=\"{color}\"/>");
        svg.WriteLine($"<text x=\"{at + 20}\" y=\"42\">{Escape(curve.Name)}</text>");
    }

    private static string Escape(string text) => SecurityElement.Escape(text);

    /// <summary>A logarithmic scale from one power of ten to another.</summary>
    private sealed class Axis(double least, double most, double from, double to)
    {
        private readonly int _first = (int)Math.Floor(Math.Log10(least) + 1e-9);
        private readonly int _last = Math.Max((int)Math.Ceiling(Math.Log10(most) - 1e-9), (int)Math.Floor(Math.Log10(least) + 1e-9) + 1);

        public IEnumerable<double> Ticks => Enumerable.Range(_first, _last - _first + 1).Select(power => Math.Pow(10, power));

        public double At(double value) => from + ((to - from) * (Math.Log10(value) - _first) / (_last - _first));
    }
}
