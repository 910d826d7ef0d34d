using System.Text;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Words as bytes.</summary>
internal static class TextSeeds
{
    public static byte[][] Of(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
