using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Kamaelia.Axon;

namespace Kamaelia.Utilities;

/// <summary>How a message is shown to people or to another program.</summary>
public enum MessageFormat
{
    /// <summary>A chunk's bytes as they are, anything else as its text; each ends its line.</summary>
    Text,

    /// <summary>One JSON value a line.</summary>
    Json,

    /// <summary>Sixteen bytes a line, in hexadecimal and as ASCII.</summary>
    Hex,
}

/// <summary>Writes messages as UTF-8 lines.</summary>
internal static class MessageFormatter
{
    private const int HexLineBytes = 16;

    public static void Write<T>(IBufferWriter<byte> output, T message, MessageFormat format)
    {
        if (format == MessageFormat.Json)
            WriteJson(output, message);
        else if (format == MessageFormat.Hex)
            WriteHex(output, message is Chunk chunk ? chunk.Span : Encoding.UTF8.GetBytes(TextOf(message)));
        else if (message is Chunk bytes)
            WriteLine(output, bytes.Span);
        else
            WriteLine(output, Encoding.UTF8.GetBytes(TextOf(message)));
    }

    private static string TextOf<T>(T message) => message switch
    {
        null => "",
        IFormattable text => text.ToString(null, CultureInfo.InvariantCulture),
        _ => message.ToString() ?? "",
    };

    private static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        output.Write(text);
        if (text.IsEmpty || text[^1] != (byte)'\n')
            output.Write("\n"u8);
    }

    private static void WriteJson<T>(IBufferWriter<byte> output, T message)
    {
        using (var json = new Utf8JsonWriter(output))
            WriteValue(json, message);
        output.Write("\n"u8);
    }

    private static void WriteValue(Utf8JsonWriter json, object? message)
    {
        switch (message)
        {
            case Chunk chunk:
                json.WriteStartObject();
                json.WriteNumber("bytes", chunk.Length);
                if (chunk.HasPts)
                    json.WriteNumber("pts_ns", chunk.PtsNs);
                json.WriteNumber("tag", chunk.Tag);
                json.WriteBase64String("base64", chunk.Span);
                json.WriteEndObject();
                break;
            case DeadLetter letter:
                json.WriteStartObject();
                json.WriteString("path", letter.Path);
                json.WriteString("box", letter.Box);
                json.WritePropertyName("message");
                WriteValue(json, letter.Message);
                json.WriteEndObject();
                break;
            case IJsonWritable own:
                own.WriteJson(json);
                break;
            default:
                json.WriteStringValue(TextOf(message));
                break;
        }
    }

    private static void WriteHex(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        var line = new StringBuilder(80);
        for (int at = 0; at < bytes.Length; at += HexLineBytes)
        {
            var part = bytes.Slice(at, Math.Min(HexLineBytes, bytes.Length - at));
            line.Clear().Append(CultureInfo.InvariantCulture, $"{at:x8} ");
            foreach (byte value in part)
                line.Append(CultureInfo.InvariantCulture, $" {value:x2}");
            line.Append(' ', (HexLineBytes - part.Length) * 3).Append("  |");
            foreach (byte value in part)
                line.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
            output.Write(Encoding.ASCII.GetBytes(line.Append("|\n").ToString()));
        }
    }
}
