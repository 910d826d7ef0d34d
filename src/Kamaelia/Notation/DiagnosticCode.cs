namespace Kamaelia.Notation;

/// <summary>One row of the table of diagnostics: an id that never changes its meaning, a title and what to
/// do.</summary>
/// <param name="Id"><c>KAM</c> and four digits: 01 text, 02 options, 03 graph (from 0351 warnings;
/// 0301 and 0351 are <c>Graph.Check</c>'s too), 04 resources, 05 running, 06 native.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Help">What to do about it, in a sentence or two.</param>
/// <param name="ExitCode">What the <c>kamaelia</c> tool ends with when this is the first error.</param>
public sealed record DiagnosticCode(string Id, string Title, string Help, int ExitCode)
{
    /// <summary>Error unless said otherwise.</summary>
    public DiagnosticSeverity Severity { get; init; } = DiagnosticSeverity.Error;

    /// <summary>Exit code of everything wrong with the text itself.</summary>
    public const int ExitUsage = 2;

    /// <summary>Exit code of a graph that reads well and cannot be linked.</summary>
    public const int ExitGraphInvalid = 3;

    /// <summary>Exit code of a missing file, an address in use, a refused permission.</summary>
    public const int ExitResourceUnavailable = 4;

    /// <summary>Exit code of a native library that is missing or refuses.</summary>
    public const int ExitNative = 6;

    public static readonly DiagnosticCode UnexpectedCharacter = new("KAM0101", "unexpected character",
        "This character cannot stand here. Put a value that contains it in double quotes.", ExitUsage);

    public static readonly DiagnosticCode UnknownComponent = new("KAM0102", "unknown component",
        "`kamaelia inspect` lists every component; a plugin's need `--plugin PATH`.", ExitUsage);

    public static readonly DiagnosticCode UnclosedQuote = new("KAM0103", "unclosed quote",
        "A quoted value ends on its own line. Inside double quotes write \\\" for a quote and \\\\ for a backslash.",
        ExitUsage);

    public static readonly DiagnosticCode MissingElement = new("KAM0104", "nothing to link",
        "A `|` has a component or an `@name` on both sides. A line may end with `|` or the next may begin with it.",
        ExitUsage);

    public static readonly DiagnosticCode NameTaken = new("KAM0105", "name given twice",
        "`@name` after a component names it, and a name belongs to one component. Alone, `@name` refers to it.",
        ExitUsage);

    public static readonly DiagnosticCode UnknownName = new("KAM0106", "unknown name",
        "`@name` alone refers to a component that `@name` names somewhere in the text, before or after.", ExitUsage);

    public static readonly DiagnosticCode BadLinkOptions = new("KAM0107", "bad linkage options",
        "In `|[…]` stand a capacity (`256` messages, `64KiB`) and a policy (wait, drop-oldest, drop-newest, "
        + "keep-latest, unbounded), separated by a comma.", ExitUsage);

    public static readonly DiagnosticCode UnknownPrefix = new("KAM0108", "unknown prefix",
        "A component's name may begin with `native:` or `managed:` to force that twin.", ExitUsage);

    public static readonly DiagnosticCode Misplaced = new("KAM0109", "not expected here",
        "An element is a component's name, its values, and last the `@name` it is given; elements are joined by `|`.",
        ExitUsage);

    public static readonly DiagnosticCode EmptyText = new("KAM0110", "nothing to run",
        "Write at least one component, for example `file.read in.ts | null`.", ExitUsage);

    public static readonly DiagnosticCode BadName = new("KAM0111", "not a name",
        "`@` is followed by a name of letters, digits, `_` and `-`; a box of it is `@name.box`, the nth of an array "
        + "of boxes `@name.box#n`, from 0.", ExitUsage);

    public static readonly DiagnosticCode UnclosedGroup = new("KAM0112", "unclosed group",
        "What `restart NAME {` opens, a `}` closes.", ExitUsage);

    public static readonly DiagnosticCode BadGroup = new("KAM0113", "not a group",
        "A supervised group is `restart NAME [strategy=one|all|rest] [max=N] [within=5s] [backoff=100ms..10s] "
        + "[jitter=0.2] [queue=keep|drop|dead-letter] { chains }`; a group may stand in a group.", ExitUsage);

    public static readonly DiagnosticCode UnknownOption = new("KAM0201", "unknown option",
        "`kamaelia inspect NAME` lists a component's options.", ExitUsage);

    public static readonly DiagnosticCode MissingOption = new("KAM0202", "missing option",
        "This component cannot do without that option.", ExitUsage);

    public static readonly DiagnosticCode BadValue = new("KAM0203", "bad value",
        "The text is not a value of this option's kind or range; `kamaelia inspect NAME` shows both.", ExitUsage);

    public static readonly DiagnosticCode UnexpectedValue = new("KAM0204", "unexpected value",
        "A bare word goes to the one option that takes it; every other is written `option=value`.", ExitUsage);

    public static readonly DiagnosticCode OptionTwice = new("KAM0205", "option given twice",
        "Keep one of the two values.", ExitUsage);

    public static readonly DiagnosticCode Unlinked = new("KAM0301", "outbox not linked",
        "What it sends would wait for ever. Link it, to `null` if nobody wants it.", ExitGraphInvalid);

    public static readonly DiagnosticCode UnknownBox = new("KAM0302", "unknown box",
        "`kamaelia inspect NAME` lists a component's boxes.", ExitGraphInvalid);

    public static readonly DiagnosticCode WrongDirection = new("KAM0303", "wrong direction",
        "What stands left of `|` sends from an outbox, what stands right of it receives at an inbox.",
        ExitGraphInvalid);

    public static readonly DiagnosticCode TypesDiffer = new("KAM0304", "message types differ",
        "Both boxes of a linkage carry one type of message; put a component that converts between them.",
        ExitGraphInvalid);

    public static readonly DiagnosticCode FormatsDiffer = new("KAM0305", "formats differ",
        "The bytes that come out are of another format than those that are expected; a component that converts "
        + "belongs between them.", ExitGraphInvalid);

    public static readonly DiagnosticCode LinkedAlready = new("KAM0306", "outbox linked already",
        "One outbox feeds one inbox. Put `tee @t` there and link `@t` to each.", ExitGraphInvalid);

    public static readonly DiagnosticCode NeverFed = new("KAM0351", "inbox not linked",
        "Nothing feeds this inbox, so its component waits until it is stopped.", 0)
        { Severity = DiagnosticSeverity.Warning };

    public static readonly DiagnosticCode NotSimulated = new("KAM0308", "cannot be simulated",
        "A simulation runs managed components only: write `managed:`, or leave the prefix out.", ExitGraphInvalid);

    public static readonly DiagnosticCode Diamond = new("KAM0352", "two waiting ways to one component",
        "If it reads one way more than the other, the full one stops the fan-out and so the empty one. Let one of them "
        + "drop (`|[256,drop-oldest]`), or make its capacity as large as the ways can differ.", 0)
        { Severity = DiagnosticSeverity.Warning };

    public static readonly DiagnosticCode WaitingCycle = new("KAM0353", "cycle of waiting linkages",
        "Once all linkages of the cycle are full nobody in it can go on. Let one of them drop, or give it room for all "
        + "that circles.", 0)
        { Severity = DiagnosticSeverity.Warning };

    public static readonly DiagnosticCode Unreached = new("KAM0354", "reached by no source",
        "Nothing comes there unless the component begins by itself. Link a source to it.", 0)
        { Severity = DiagnosticSeverity.Warning };

    public static readonly DiagnosticCode ResourceUnavailable = new("KAM0401", "resource unavailable",
        "The file, address or device that this value names cannot be had.", ExitResourceUnavailable);

    public static readonly DiagnosticCode Faulted = new("KAM0501", "component faulted",
        "A component ended with an error while the graph ran; the others were stopped.", 1);

    public static readonly DiagnosticCode NoNativeTwin = new("KAM0601", "native component not available",
        "`kamaelia doctor` says whether the native library loads and why not; without `native:` the managed twin runs.",
        ExitNative);

    public static readonly DiagnosticCode NoManagedTwin = new("KAM0602", "managed component not available",
        "This component exists only in the native library; leave out `managed:`.", ExitGraphInvalid);

    public static readonly DiagnosticCode NativeFailed = new("KAM0603", "native library failed",
        "The native library is missing, of another ABI version, or answered with an internal error; "
        + "`kamaelia doctor` says more.", ExitNative);

    /// <summary>Every code, in the order of the ids.</summary>
    public static IReadOnlyList<DiagnosticCode> All { get; } =
    [
        UnexpectedCharacter, UnknownComponent, UnclosedQuote, MissingElement, NameTaken, UnknownName, BadLinkOptions,
        UnknownPrefix, Misplaced, EmptyText, BadName, UnclosedGroup, BadGroup, UnknownOption, MissingOption, BadValue,
        UnexpectedValue, OptionTwice, Unlinked, UnknownBox, WrongDirection, TypesDiffer, FormatsDiffer, LinkedAlready,
        NotSimulated, NeverFed, Diamond, WaitingCycle, Unreached, ResourceUnavailable, Faulted, NoNativeTwin,
        NoManagedTwin, NativeFailed,
    ];

    /// <inheritdoc/>
    public override string ToString() => Id;
}
