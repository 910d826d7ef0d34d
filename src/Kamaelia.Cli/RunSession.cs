using Kamaelia.Axon;
using Kamaelia.Notation;
using Kamaelia.Utilities;

namespace Kamaelia.Cli;

/// <summary>One run of a graph: start, signals, statistics, and what the tool ends with.</summary>
internal sealed class RunSession(ParsedGraph parsed)
{
    private volatile bool _isStopping;
    private volatile bool _isDrainCut;

    public bool IsQuiet { get; init; }
    public bool ShowsStats { get; init; }
    public bool WritesEvents { get; init; }
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);
    public int Schedulers { get; init; } = 1;

    /// <summary>Runs to the end. The exit code; everything wrong has been said.</summary>
    public async Task<int> RunAsync()
    {
        Graph graph;
        StatsDisplay? stats = null;
        try
        {
            (graph, var links) = parsed.BuildWithBoxes(
                new GraphOptions
                {
                    Schedulers = Schedulers,
                    DrainTimeout = Grace,
                    Resources = GraphResources.System.With<ThreadProbe>(new SystemThreadProbe()),
                });
            if (ShowsStats)
                stats = new StatsDisplay(graph, links);
        }
        catch (NotationException refusal)
        {
            Terminal.Show(parsed.Source, refusal.Diagnostics);
            return ExitCodes.Of(refusal.Diagnostics);
        }
        await using (graph)
            return await RunAsync(graph, stats);
    }

    private async Task<int> RunAsync(Graph graph, StatsDisplay? stats)
    {
        using var events = graph.Subscribe(OnEvent);
        using var signals = new StopSignals(signal => OnSignal(graph, signal));
        if (!GraphStart.TryStart(graph))
            return ExitCodes.GraphInvalid;
        int code = await WaitAsync(graph, stats);
        return code == ExitCodes.Done && _isDrainCut ? ExitCodes.DrainCut : code;
    }

    private async Task<int> WaitAsync(Graph graph, StatsDisplay? display)
    {
        using var ended = new CancellationTokenSource();
        var stats = display?.RunAsync(ended.Token) ?? Task.CompletedTask;
        try
        {
            await graph.Completion;
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) // Everything was cancelled: the drain was cut, or the grace is 0.
        {
            return _isDrainCut ? ExitCodes.DrainCut : ExitCodes.Done;
        }
        catch (GraphAbandonedException cut)
        {
            Terminal.SayError(cut.Message);
            return ExitCodes.DrainCut;
        }
        catch (GraphFaultedException fault)
        {
            await ended.CancelAsync();
            await stats; // Its last block stands before the carets.
            return FaultReport.Show(parsed, fault);
        }
        finally
        {
            await ended.CancelAsync();
            await stats;
        }
    }

    private void OnSignal(Graph graph, string signal)
    {
        _isStopping = true;
        if (!IsQuiet)
            Terminal.Say($"{signal}: draining, for {Grace.TotalSeconds:0.###} s at most; once more to quit at once");
        _ = graph.StopAsync(new StopOptions(Grace)).AsTask().ContinueWith(
            static stop => _ = stop.Exception, TaskScheduler.Default); // Completion tells the same.
    }

    private void OnEvent(GraphEvent happened)
    {
        // A fault cancels the others too, unasked; that is no drain that was cut.
        if (happened is StopStage { Stage: "cancel" } cut && _isStopping)
        {
            _isDrainCut = true;
            if (!IsQuiet)
                Terminal.Say($"drain cut after {Grace.TotalSeconds:0.###} s: {cut.Text}");
        }
        else if (happened is GraphStalled stalled && !IsQuiet)
            Terminal.Say($"stalled: {stalled.Text}");
        else if (happened is ComponentWarned warned && !IsQuiet)
            Terminal.Say($"{warned.Path}: {warned.Text}");
        else if (happened is ComponentHoldsScheduler holds && !IsQuiet)
            Terminal.Say($"{holds.Path} has held {holds.Scheduler} for {holds.Held.TotalSeconds:0.0} s: {holds.Where}");
        else if (happened is ComponentLetGo gone && !IsQuiet)
            Terminal.Say($"{gone.Path} let {gone.Scheduler} go after {gone.Held.TotalSeconds:0.0} s");
        if (WritesEvents)
            EventLines.Write(Console.Error, happened);
    }
}
