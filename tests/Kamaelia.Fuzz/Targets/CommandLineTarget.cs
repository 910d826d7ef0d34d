using Kamaelia.Cli;
using Kamaelia.Fuzz.Engine;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Any words on the command line: parsed, and where a command only looks, run; the exit code is one of the
/// documented ones.</summary>
internal sealed class CommandLineTarget : FuzzTarget
{
    private static readonly string[] s_lookingOnly = ["check", "graph", "inspect", "completion", "--help", "--version"];

    public override string Name => "command-line";

    public override IEnumerable<byte[]> Seeds => TextSeeds.Of("check\nfile.read x | null",
        "inspect\nudp.send\n--format\njson",
        "graph\nfile.read x | null\n--format\nmermaid", "run\n--grace\n5s\nnull", "--help", "check\n-f\nnothing.kam",
        "completion\nbash", "inspect", "chekc");

    public override IReadOnlyList<byte[]> Tokens { get; } = TextSeeds.Of("\n", "check",
        "graph", "inspect", "run", "doctor",
        "demo", "completion", "--format", "json", "mermaid", "dot", "--managed", "--native", "-f", "-", "--help", "--",
        "=", ":", "@", "[suggest]", "[parse]", "file.read x | null", "udp.send", "bash", "--grace", "-h", "-?", "/");

    public override int InputBytesMax => 300;

    public override (long Fixed, long PerByte) AllocatedBytesMax => (64 << 20, 64 << 10);

    public override void Run(ReadOnlySpan<byte> input)
    {
        string[] words = new FuzzInput(input).Text().Split('\n');
        var parsed = CommandTree.Make().Parse(words, new() { ResponseFileTokenReplacer = null });
        Expect(parsed.Errors.All(error => error.Message.Length > 0), "an error without words");
        // No libraries, no devices, and no name server: making a native udp component looks its host up.
        bool isHarmless = s_lookingOnly.Contains(words[0]) && words.All(word =>
            !word.Contains("--p", StringComparison.Ordinal) && !word.Contains('/') && !word.Contains("udp."));
        if (!isHarmless)
            return;
        var (output, error, from) = (Console.Out, Console.Error, Console.In);
        try
        {
            Console.SetOut(TextWriter.Null);
            Console.SetError(TextWriter.Null);
            Console.SetIn(TextReader.Null);
            int code = CommandTree.RunAsync(words).GetAwaiter().GetResult();
            Expect(code is >= 0 and <= 7, $"exit code {code}");
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            Console.SetIn(from);
        }
    }
}
