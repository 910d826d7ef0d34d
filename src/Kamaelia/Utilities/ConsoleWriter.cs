using System.Buffers;
using System.Runtime.CompilerServices;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Files;

namespace Kamaelia.Utilities;

/// <summary>Prints each message on the standard output.</summary>
/// <typeparam name="T">The messages: chunks, text, reports, anything.</typeparam>
/// <remarks>Waits elsewhere than on its scheduler's thread while nobody reads our output.</remarks>
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
        using var output = FileStore.Of(this).WriteTo(Output ?? Console.OpenStandardOutput());
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var message))
            {
                MessageFormatter.Write(_text, message, Format);
                if (typeof(T) == typeof(Chunk))
                    Unsafe.As<T, Chunk>(ref message).Dispose();
                else if (message is DeadLetter letter)
                    letter.Dispose();
            }
            await FlushAsync(output).AsTask().WaitAsync(stop);
        }
    }

    private async ValueTask FlushAsync(StoredFile output)
    {
        for (var rest = _text.WrittenMemory; !rest.IsEmpty;)
            rest = rest[await output.WriteAsync(rest, 0)..];
        _text.ResetWrittenCount();
    }
}
