using Kamaelia.Fuzz.Engine;
using Kamaelia.Fuzz.Targets;

namespace Kamaelia.Fuzz;

/// <summary>All managed targets, and the files that each is tested with for ever.</summary>
public static class FuzzTargets
{
    /// <summary>A new parser adds a line here.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new NotationTarget(), new LinkOptionsTarget(), new GraphlineTarget(), new OptionTarget(), new HostPortTarget(),
        new TwinTarget("deframer"), new TwinTarget("dechunker"), new TwinTarget("length.deframe"),
        new XorFecTarget(),
        new TwinTarget("ts.filter"),
        new RoundTripTarget(), new SyncEscapeTarget(), new TsTarget(), new PcrTarget(), new LinesTarget(),
        new FormatterTarget(), new CommandLineTarget(),
    ];

    /// <summary>Seeds and cases that once failed: corpus/NAME beside the program.</summary>
    public static IEnumerable<string> CorpusOf(FuzzTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        string folder = Path.Combine(AppContext.BaseDirectory, "corpus", target.Name);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal) : [];
    }
}
