using Kamaelia.Axon;
using Kamaelia.Interop;

namespace Kamaelia.Catalogue;

/// <summary>Brings the native library's table of components into a catalogue.</summary>
internal static class NativeTwins
{
    /// <summary>Adds the native types that are not there yet; none where the library does not load.</summary>
    public static void AddTo(ComponentCatalogue catalogue)
    {
        if (!NativeLibraryInfo.IsAvailable)
            return;
        foreach (var type in NativeComponents.Types)
        {
            var entry = catalogue.Find(type.Name);
            if (entry?.Native is not null)
                continue;
            catalogue.AddNative(ToInfo(type, entry?.Managed?.Info), [.. type.Ports, PortInfo.Control, PortInfo.Signal],
                type.ArrayPorts, options => Create(type, options));
        }
    }

    private static NativeComponent Create(NativeComponentType type, OptionValues options)
    {
        (string, string)[] texts = [.. options.Texts.Select(pair => (pair.Key, pair.Value))];
        try
        {
            return new NativeComponent(type, texts);
        }
        catch (ArgumentException refusal)
        {
            // The library's sentence names the option; its table could not forbid the value.
            string? named = options.Texts.Select(pair => pair.Key)
                .FirstOrDefault(key => Mentions(refusal.Message, key));
            throw options.Bad(named ?? "", refusal.Message);
        }
    }

    private static bool Mentions(string message, string word)
    {
        int at = message.IndexOf(word, StringComparison.Ordinal);
        return at >= 0 && (at == 0 || !char.IsLetterOrDigit(message[at - 1]))
            && (at + word.Length == message.Length || !char.IsLetterOrDigit(message[at + word.Length]));
    }

    /// <summary>Ranges, choices and examples are the managed twin's: the native table has them as prose only.</summary>
    private static ComponentInfo ToInfo(NativeComponentType type, ComponentInfo? managed) =>
        new(type.Name, type.Sentence)
        {
            IsSource = type.IsSource,
            Unavailable = managed?.Unavailable,
            Options = [.. type.Options.Select(option => ToOption(option, managed?.FindOption(option.Name)))],
        };

    private static OptionInfo ToOption(NativeOption option, OptionInfo? managed)
    {
        var kind = (OptionKind)option.Kind;
        var twin = managed?.Kind == kind ? managed : null;
        return new OptionInfo(option.Name, kind, option.Sentence)
        {
            Default = option.DefaultText.Length > 0 ? option.DefaultText : null,
            IsRequired = option.IsRequired,
            IsPositional = option.IsPositional,
            Example = twin?.Example,
            Choices = twin?.Choices ?? [],
            Min = twin?.Min,
            Max = twin?.Max,
        };
    }
}
