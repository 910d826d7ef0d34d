using System.CommandLine;
using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Commands;

/// <summary><c>kamaelia run</c>: builds a graph and runs it until its sources end or a signal comes.</summary>
internal static class RunCommand
{
    public static Command Make()
    {
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Say nothing but errors." };
        var stats = new Option<bool>("--stats")
            { Description = "Show the rates of every linkage on the standard error." };
        var events = new Option<bool>("--json-events")
            { Description = "Write what happens as JSON, one object a line, to the standard error." };
        var grace = new Option<double>("--grace")
        {
            Description = "How long draining may take after SIGINT or SIGTERM before it is cut.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 10,
        };
        var schedulers = new Option<int>("--schedulers")
        {
            Description = "Threads that run components; the chains of the text are dealt out to them in turn.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        Check(grace, schedulers);
        var command = new Command("run", "Run a graph until its sources end or a signal comes.")
            { stats, quiet, events, grace, schedulers };
        var input = new NotationInput();
        input.AddTo(command);
        var simulation = new SimulationChoice();
        simulation.AddTo(command);
        command.SetAction((arguments, _) =>
        {
            bool isSimulated = simulation.IsAskedFor(arguments);
            var (parsed, code) = input.Read(arguments, isSimulated);
            if (parsed is null || (code = Report(parsed, arguments.GetValue(quiet))) != ExitCodes.Done)
                return Task.FromResult(code);
            if (isSimulated)
                return Task.FromResult(Simulate(parsed, new SimulatedSession(parsed)
                {
                    IsQuiet = arguments.GetValue(quiet),
                    WritesEvents = arguments.GetValue(events),
                    Seed = simulation.Seed(arguments),
                    Limit = simulation.Limit(arguments),
                    Grace = TimeSpan.FromSeconds(arguments.GetValue(grace)),
                    Schedulers = arguments.GetValue(schedulers),
                }));
            return new RunSession(parsed)
            {
                IsQuiet = arguments.GetValue(quiet),
                ShowsStats = arguments.GetValue(stats),
                WritesEvents = arguments.GetValue(events),
                Grace = TimeSpan.FromSeconds(arguments.GetValue(grace)),
                Schedulers = arguments.GetValue(schedulers),
            }.RunAsync();
        });
        return command;
    }

    private static void Check(Option<double> grace, Option<int> schedulers)
    {
        grace.Validators.Add(result =>
        {
            if (result.Tokens is [var token]
                && !(double.TryParse(token.Value, out double value) && value is >= 0 and <= 86400))
                result.AddError("--grace is 0 to 86400 seconds");
        });
        schedulers.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out int value) && value is >= 1 and <= 256))
                result.AddError("--schedulers is 1 to 256");
        });
    }

    private static int Simulate(ParsedGraph parsed, SimulatedSession session)
    {
        if (SimulationChoice.Refuse(parsed) is not { } refused)
            return session.Run();
        Terminal.Show(parsed.Source, refused);
        return ExitCodes.Of(refused);
    }

    private static int Report(ParsedGraph parsed, bool isQuiet) =>
        isQuiet && !parsed.HasErrors ? ExitCodes.Done : NotationInput.Report(parsed);
}
