using System.Buffers;
using System.Text;
using System.Text.Json;
using Kamaelia.Axon;
using Kamaelia.Fuzz.Engine;
using Kamaelia.Utilities;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Messages as text, JSON and hexadecimal: any bytes and any text, each JSON line valid and of the same
/// content.</summary>
internal sealed class FormatterTarget : FuzzTarget
{
    public override string Name => "formatter";

    public override IEnumerable<byte[]> Seeds =>
        TextSeeds.Of("some \"text\"\n", "\uE000 a lone surrogate", "\0\u001b[1m");

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. TextSeeds.Of("\"", "\\", "\n", "\uE000", "\u2028"), [0xff]];

    public override int InputBytesMax => 1000;

    public override void Run(ReadOnlySpan<byte> input)
    {
        string text = new FuzzInput(input).Text();
        foreach (var format in Enum.GetValues<MessageFormat>())
        {
            var output = new ArrayBufferWriter<byte>();
            MessageFormatter.Write(output, text, format);
            Expect(output.WrittenCount > 0 || format == MessageFormat.Hex, "nothing was written");
        }
        Expect(Json(text).GetString() is { } read && (text.Contains('\uD800') || read == text), "another text");
        using var chunk = Chunk.CopyOf(input);
        Expect(Json(chunk).GetProperty("base64").GetBytesFromBase64().AsSpan().SequenceEqual(input), "other bytes");
        var hex = new ArrayBufferWriter<byte>();
        MessageFormatter.Write(hex, chunk, MessageFormat.Hex);
        Expect(Ascii.IsValid(hex.WrittenSpan), "hexadecimal that is no ASCII");
    }

    private static JsonElement Json<T>(T message)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageFormatter.Write(output, message, MessageFormat.Json);
        Expect(output.WrittenSpan.IndexOf((byte)'\n') == output.WrittenCount - 1, "JSON that is not one line");
        using var read = JsonDocument.Parse(output.WrittenMemory);
        return read.RootElement.Clone();
    }
}
