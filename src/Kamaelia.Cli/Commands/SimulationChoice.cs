using System.CommandLine;
using Kamaelia.Catalogue;
using Kamaelia.Interop;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Commands;

/// <summary>The options of <c>kamaelia run</c> that ask for a simulation.</summary>
internal sealed class SimulationChoice
{
    private readonly Option<bool> _sim = new("--sim")
    {
        Description = "Run in a simulated world: one thread, virtual clock and network; files are read for real, and "
            + "what is written stays in memory.",
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "With --sim: what every choice comes from. The same seed is the same run.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> _limit = new("--sim-limit")
    {
        Description = "With --sim: virtual time after which the graph is stopped.",
        HelpName = "TIME",
        DefaultValueFactory = _ => "3600s",
    };

    public void AddTo(Command command)
    {
        command.Add(_sim);
        command.Add(_seed);
        command.Add(_limit);
        _limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(OptionText.TryDuration(token.Value, out var time)
                && time > TimeSpan.Zero))
                result.AddError("--sim-limit is a time such as 60s");
        });
        command.Validators.Add(result =>
        {
            bool isSet = result.GetResult(_seed) is { Implicit: false }
                || result.GetResult(_limit) is { Implicit: false };
            if (isSet && !result.GetValue(_sim))
                result.AddError("--seed and --sim-limit go with --sim");
        });
    }

    public bool IsAskedFor(ParseResult arguments) => arguments.GetValue(_sim);

    public ulong Seed(ParseResult arguments) => arguments.GetValue(_seed);

    public TimeSpan Limit(ParseResult arguments)
    {
        OptionText.TryDuration(arguments.GetValue(_limit)!, out var limit);
        return limit;
    }

    /// <summary>Says which components cannot be simulated; null when all can.</summary>
    public static IReadOnlyList<Diagnostic>? Refuse(ParsedGraph parsed)
    {
        Diagnostic[] refused =
        [
            .. parsed.Components.Where(each => each.Twin.IsNative).Select(each => new Diagnostic(
                DiagnosticCode.NotSimulated,
                $"{each.Twin.Info.Name} is native: it sees this machine's network and clock, not the simulated ones",
                each.Syntax.Component.Span)),
        ];
        return refused.Length == 0 ? null : refused;
    }
}
