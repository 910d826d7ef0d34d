using System.Buffers;
using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Utilities;

/// <summary>Prints each message on the standard output.</summary>
/// <typeparam name="T">The messages: chunks, text, reports, anything.</typeparam>
/// <remarks>Writes on the thread pool, so a reader that stops reading our output does not stop the scheduler.</remarks>
public sealed partial class ConsoleWriter<T> : Component, INotated<ConsoleWriter<T>>
{
    private readonly ArrayBufferWriter<byte> _text = new();

    /// <summary>How messages are written.</summary>
    public MessageFormat Format { get; init; }

    /// <summary>Where they go; by default the standard output.</summary>
    public Stream? Output { get; init; }

    [Port("What to print, one message after the other.")] public partial Inbox<T> Inbox { get; }

    static ComponentInfo INotated<ConsoleWriter<T>>.Info { get; } = new("console",
        "Prints each message on the standard output.")
    {
        Options =
        [
            OptionInfo.Choice("format", "text: as it is; json: one value a line; hex: a dump.", "text", "json", "hex"),
        ],
    };

    static ConsoleWriter<T> INotated<ConsoleWriter<T>>.Create(OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new() { Format = Enum.Parse<MessageFormat>(options.Text("format"), ignoreCase: true) };
    }

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        var output = Output ?? Console.OpenStandardOutput();
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var message))
            {
                MessageFormatter.Write(_text, message, Format);
                if (typeof(T) == typeof(Chunk))
                    Unsafe.As<T, Chunk>(ref message).Dispose();
            }
            await Task.Run(() => Flush(output), CancellationToken.None).WaitAsync(stop);
        }
    }

    private void Flush(Stream output)
    {
        output.Write(_text.WrittenSpan);
        output.Flush();
        _text.ResetWrittenCount();
    }
}
