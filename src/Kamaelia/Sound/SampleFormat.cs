namespace Kamaelia.Sound;

/// <summary>How a PCM sample is written, least significant byte first.</summary>
public enum SampleFormat
{
    /// <summary>16 bits with a sign: <c>s16le</c>.</summary>
    S16,

    /// <summary>24 bits with a sign, in three bytes: <c>s24le</c>.</summary>
    S24,

    /// <summary>32 bits with a sign: <c>s32le</c>.</summary>
    S32,

    /// <summary>Single precision, full scale from -1 to 1: <c>f32le</c>.</summary>
    F32,
}

/// <summary>Names and widths of the formats.</summary>
internal static class SampleFormats
{
    public static IReadOnlyList<string> Names { get; } = ["s16le", "s24le", "s32le", "f32le"];

    public static SampleFormat Named(string name) => (SampleFormat)Names.IndexOf(name);

    public static int BytesOf(SampleFormat format) => format switch
    {
        SampleFormat.S16 => 2,
        SampleFormat.S24 => 3,
        _ => 4,
    };

    private static int IndexOf(this IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return i;
        }
        throw new ArgumentException($"there is no format '{name}', only {string.Join(", ", names)}", nameof(name));
    }
}
