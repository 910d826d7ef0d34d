using System.Globalization;
using System.Security;
using System.Text;

namespace Kamaelia.Benchmarks.Plots;

/// <summary>Writes one SVG picture: shapes and words, with colours for light and for dark paper. No scripts, no fonts
/// but the reader's own.</summary>
internal sealed class SvgText
{
    // Colours that differ in lightness too, for those who see no hues (after Okabe and Ito).
    private const string Style = """
          <style>
            .paper { fill: #ffffff } .ink { fill: #1f2328 } .faint { fill: #59636e }
            text { font: 12px system-ui, sans-serif } .head { font-weight: 600; font-size: 13px }
            .grid { stroke: #d1d9e0; stroke-width: 1 } .axis { stroke: #59636e; stroke-width: 1 }
            .spread { stroke: #1f2328; stroke-width: 1.5 } .ours { fill: #0072b2 } .rival { fill: #e69f00 }
            .limit { fill: #7f8c8d } .line { fill: none; stroke-width: 2 }
            .c0 { stroke: #0072b2; fill: #0072b2 } .c1 { stroke: #d55e00; fill: #d55e00 }
            .c2 { stroke: #009e73; fill: #009e73 } .c3 { stroke: #cc79a7; fill: #cc79a7 }
            .c4 { stroke: #e69f00; fill: #e69f00 } .c5 { stroke: #56b4e9; fill: #56b4e9 }
            .c6 { stroke: #7f8c8d; fill: #7f8c8d } .line { fill: none }
            @media (prefers-color-scheme: dark) {
              .paper { fill: #0d1117 } .ink { fill: #e6edf3 } .faint { fill: #9198a1 }
              .grid { stroke: #30363d } .axis { stroke: #9198a1 } .spread { stroke: #e6edf3 }
              .ours { fill: #56b4e9 } .c0 { stroke: #56b4e9; fill: #56b4e9 } .c5 { stroke: #a5d8ff; fill: #a5d8ff }
              .line { fill: none }
            }
          </style>
        """;

    private readonly StringBuilder _body = new();

    public void Rectangle(string style, double x, double y, double width, double height) => _body.Append(
        CultureInfo.InvariantCulture,
        $"""  <rect class="{style}" x="{x:0.#}" y="{y:0.#}" width="{width:0.#}" height="{height:0.#}"/>""")
        .Append('\n');

    public void Line(string style, double x1, double y1, double x2, double y2) => _body.Append(
        CultureInfo.InvariantCulture,
        $"""  <line class="{style}" x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}"/>""").Append('\n');

    public void Circle(string style, double x, double y) => _body.Append(
        CultureInfo.InvariantCulture, $"""  <circle class="{style}" cx="{x:0.#}" cy="{y:0.#}" r="3"/>""").Append('\n');

    public void Polyline(string style, IEnumerable<(double X, double Y)> points)
    {
        string text = string.Join(' ', points.Select(
            p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.#},{p.Y:0.#}")));
        _body.Append(CultureInfo.InvariantCulture, $"""  <polyline class="line {style}" points="{text}"/>""")
            .Append('\n');
    }

    /// <param name="style">ink, faint or head.</param>
    /// <param name="anchor">start, middle or end: which point of the words is at x.</param>
    /// <param name="isUpright">Read from below, for the title of an axis.</param>
    public void Words(string style, double x, double y, string words, string anchor = "start", bool isUpright = false)
    {
        string turn = isUpright
            ? string.Create(CultureInfo.InvariantCulture, $""" transform="rotate(-90 {x:0.#} {y:0.#})" """).TrimEnd()
            : "";
        _body.Append(CultureInfo.InvariantCulture,
            $"""  <text class="{style}" x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}"{turn}>""");
        _body.Append(SecurityElement.Escape(words)).Append("</text>\n");
    }

    /// <param name="title">For readers that do not see it.</param>
    public string Finish(double width, double height, string title) => string.Create(CultureInfo.InvariantCulture,
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:0} {height:0}" width="{width:0}" role="img">
          <title>{SecurityElement.Escape(title)}</title>
        {Style}
          <rect class="paper" x="0" y="0" width="{width:0}" height="{height:0}"/>
        {_body}</svg>

        """);
}
