using Kamaelia.Catalogue;
using Kamaelia.Fuzz.Engine;
using Kamaelia.Interop;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Option values of each kind: a value or a sentence, never an exception; and the native library takes the
/// same texts for the same values (component.h).</summary>
internal sealed class OptionTarget : FuzzTarget
{
    // A native option of each kind with no range of its own, and what else its component must be told.
    private static readonly (OptionKind Kind, string Component, string Option, (string, string)[] More)[] s_twins =
    [
        (OptionKind.Int, "counter.source", "n", []), (OptionKind.Bool, "counter.source", "fill", []),
        (OptionKind.Duration, "udp.recv", "idle_timeout", [("address", "127.0.0.1:0")]),
        (OptionKind.Rate, "udp.send", "pace", [("address", "127.0.0.1:9")]),
    ];

    public override string Name => "option";

    public override IEnumerable<byte[]> Seeds => TextSeeds.Of("\u000164k", "\u0001-3", "\u00014Mi", "\u0002yes",
        "\u0003250ms", "\u00031.5s", "\u00030", "\u00042.5M", "\u0005[ff15::1]:5004", "\u0000any");

    public override IReadOnlyList<byte[]> Tokens { get; } = TextSeeds.Of("k", "K", "M", "G", "Ki", "Mi", "Gi", "ns",
        "us", "ms", "s", ".", "-", "+", "0", "9", "true", "off", ":", "[", "]", "e9", "Infinity", "NaN", " ", "_", ",");

    public override int InputBytesMax => 64;

    public override void Run(ReadOnlySpan<byte> input)
    {
        var given = new FuzzInput(input);
        var kind = (OptionKind)given.Below(6);
        string text = given.Text();
        var info = new ComponentInfo("fuzz", "Fuzzed.") { Options = [new OptionInfo("it", kind, "Anything.")] };
        try
        {
            var values = OptionValues.Of(info, ("it", text));
            Read(values, kind);
        }
        catch (OptionException refusal)
        {
            Expect(refusal.Sentence.Length > 0, "a refusal without words");
        }
        if (NativeLibraryInfo.IsAvailable && !text.Contains('\uFFFD') && !text.Contains('\uD800'))
            Compare(kind, text);
    }

    private static void Read(OptionValues values, OptionKind kind)
    {
        switch (kind)
        {
            case OptionKind.Int: _ = values.Long("it"); break;
            case OptionKind.Bool: _ = values.Bool("it"); break;
            case OptionKind.Duration: Expect(values.Duration("it") >= TimeSpan.Zero, "a negative duration"); break;
            case OptionKind.Rate: Expect(values.Rate("it") >= 0, "a negative rate"); break;
            case OptionKind.Address: _ = values.Address("it"); break;
            default: _ = values.Text("it"); break;
        }
    }

    private static void Compare(OptionKind kind, string text)
    {
        foreach (var twin in s_twins.Where(item => item.Kind == kind))
        {
            bool isManaged = kind switch
            {
                OptionKind.Int => OptionText.TryInt(text, out long number) && number >= 0,
                OptionKind.Bool => OptionText.TryBool(text, out _),
                OptionKind.Duration => OptionText.TryDuration(text, out _),
                _ => OptionText.TryRate(text, out long rate) && rate <= 1_000_000_000_000,
            };
            Expect(isManaged == IsNative(twin.Component, [.. twin.More, (twin.Option, text)]),
                $"{kind}: one twin takes the text and the other does not");
        }
    }

    private static bool IsNative(string component, (string, string)[] options)
    {
        try
        {
            var made = NativeComponents.Create(component, options);
            (made as IDisposable)?.Dispose();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
