using System.CommandLine;
using System.Text.Json;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Cli.Bench;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Commands;

/// <summary><c>kamaelia bench</c>: how fast a graph runs here. The user's own, or a few of the tool's.</summary>
/// <remarks>In this process and without rivals: those are in the repository's bench (<c>./build.sh bench</c>), which
/// needs packages and programs that a tool should not bring along.</remarks>
internal static class BenchCommand
{
    public static Command Make()
    {
        var seconds = new Option<double>("--seconds")
        {
            Description = "How long a round may take; a graph that ends by itself is measured to its end.",
            HelpName = "SECONDS", DefaultValueFactory = _ => 1,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "Rounds behind the first, which only warms up; the median counts.",
            HelpName = "N", DefaultValueFactory = _ => 3,
        };
        var schedulers = new Option<int>("--schedulers")
        {
            Description = "Threads that run components; the chains of the text are dealt out to them in turn.",
            HelpName = "N", DefaultValueFactory = _ => 1,
        };
        var asJson = new Option<bool>("--json") { Description = "Write an array of objects instead of text." };
        Check(seconds, 0.01, 3600);
        Check(rounds, 1, 1000);
        Check(schedulers, 1, 256);
        var command = new Command("bench", "Measure how fast a graph runs here; without one, a few of the tool's own.")
            { seconds, rounds, schedulers, asJson };
        var input = new NotationInput();
        input.AddTo(command);
        command.SetAction((arguments, _) => RunAsync(input, arguments, new Session(
            TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(rounds),
            arguments.GetValue(schedulers), arguments.GetValue(asJson))));
        return command;
    }

    private sealed record Session(TimeSpan Limit, int Rounds, int Schedulers, bool AsJson);

    private static void Check<T>(Option<T> option, T least, T most) where T : IComparable<T> =>
        option.Validators.Add(result =>
        {
            if (result.Tokens is [_] && result.Errors.FirstOrDefault() is null
                && result.GetValueOrDefault<T>() is { } value
                && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
                result.AddError(FormattableString.Invariant($"{option.Name} is {least} to {most}"));
        });

    private static async Task<int> RunAsync(NotationInput input, ParseResult arguments, Session session)
    {
        ComponentCatalogue.Default.Add<BenchSource>();
        ComponentCatalogue.Default.Add<BenchPass>();
        var reports = new List<BenchReport>();
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(_ => stop.Cancel());
        int code = ExitCodes.Done;
        if (input.IsGiven(arguments))
        {
            (var parsed, code) = input.Read(arguments);
            if (parsed is not null && (code = NotationInput.Report(parsed)) == ExitCodes.Done)
                code = await MeasureAsync("the graph", parsed, session, reports, stop.Token);
        }
        else
        {
            foreach (var item in BenchCase.All(input.TwinOf(arguments)))
            {
                if (stop.IsCancellationRequested || code != ExitCodes.Done)
                    break;
                Terminal.Say($"bench: {item.Name}");
                var wide = session with { Schedulers = Math.Max(session.Schedulers, item.Schedulers) };
                code = await MeasureAsync(item.Name, GraphText.Parse(item.Text, item.Name), wide, reports, stop.Token);
            }
        }
        if (session.AsJson && reports.Count > 0)
            WriteJson(reports);
        return code;
    }

    private static async Task<int> MeasureAsync(
        string name, ParsedGraph parsed, Session session, List<BenchReport> reports, CancellationToken stop)
    {
        try
        {
            var options = new GraphOptions { Schedulers = session.Schedulers };
            var rounds = await new BenchRun(parsed, options, session.Limit, session.Rounds).RunAsync(stop);
            if (rounds.Count == 0)
                return ExitCodes.Done; // Broken off before there was anything to tell.
            var report = new BenchReport(name, parsed, rounds);
            reports.Add(report);
            if (!session.AsJson)
                report.WriteText(Console.Out);
            return ExitCodes.Done;
        }
        catch (NotationException refusal)
        {
            Terminal.Show(parsed.Source, refusal.Diagnostics);
            return ExitCodes.Of(refusal.Diagnostics);
        }
        catch (GraphInvalidException refusal)
        {
            foreach (var diagnostic in refusal.Diagnostics)
                Terminal.Say(diagnostic.ToString());
            return ExitCodes.GraphInvalid;
        }
        catch (GraphAbandonedException cut)
        {
            Terminal.SayError(cut.Message);
            return ExitCodes.DrainCut;
        }
        catch (GraphFaultedException fault)
        {
            return FaultReport.Show(parsed, fault);
        }
    }

    private static void WriteJson(List<BenchReport> reports)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var report in reports)
                report.WriteJson(json);
            json.WriteEndArray();
        }
        Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(bytes.ToArray()));
    }
}
