namespace Kamaelia.Tidy.Tests;

/// <summary>Components keep to their graph's clock, network, files and scheduler.</summary>
[TestFixture]
public sealed class SimulationGateTests
{
    /// <summary>How the paths of files begin that may use such things, and why.</summary>
    private static readonly Dictionary<string, string> s_exceptions = new()
    {
        ["src/Kamaelia/Net/System"] =
            "The system's network is what a simulation puts another in the place of.",
        ["src/Kamaelia/Files/System"] =
            "The system's files are what a simulation puts others in the place of.",
        ["src/Kamaelia.Axon/Scheduling/Scheduler.Thread.cs"] =
            "A scheduler's own thread, which a simulated graph does not have.",
        ["src/Kamaelia.Axon/Scheduling/Scheduler.Abandon.cs"] =
            "Carries on where a thread hangs; by hand it carries on at once.",
        ["src/Kamaelia.Axon/Scheduling/SchedulerOptions.cs"] =
            "The default of the very option that a simulation sets.",
        ["src/Kamaelia.Axon/Scheduling/Timers.cs"] =
            "Only asks whether the clock is the system's: its origin is left alone.",
        ["src/Kamaelia.Axon/Components/Component.cs"] =
            "For one that is in no graph; a graph always has a clock.",
        ["src/Kamaelia.Axon/Components/ThreadedComponent.cs"] =
            "Its thread is its purpose: a simulation cannot run it, and says so.",
        ["src/Kamaelia.Axon/Graphs/Graph.Run.cs"] =
            "Joins the schedulers' threads, of which a simulated graph has none.",
        ["src/Kamaelia.Axon/Graphs/Graph.Stop.cs"] =
            "Only where the graph has threads: with ManualScheduling it is done at once.",
        ["src/Kamaelia.Axon/Graphs/StopMachine.cs"] =
            "Only where the graph has threads: with ManualScheduling the clock drives it.",
        ["src/Kamaelia.Axon/Graphs/Graph.Watch.cs"] =
            "Samples the threads of a graph; with ManualScheduling it is never started.",
        ["src/Kamaelia.Axon/Graphs/StallWatch.cs"] =
            "Made by Graph.Watch.cs only, so never with ManualScheduling.",
        ["src/Kamaelia.Axon/Graphs/Watchdog.cs"] =
            "Made by Graph.Watch.cs only, so never with ManualScheduling.",
        ["src/Kamaelia/Utilities/SystemThreadProbe.cs"] =
            "Tells of the threads of schedulers, which a simulated graph does not have.",
        ["src/Kamaelia.Axon/Graphs/GraphOptions.cs"] =
            "The default of the very option that a simulation sets.",
        ["src/Kamaelia/GraphText.cs"] =
            "Reads the notation, before there is a graph.",
        ["interop/Kamaelia.Interop/Loading/"] =
            "Looks for the native library, before there is a graph.",
    };

    private static readonly Lazy<List<SimulationGate.Finding>> s_findings = new(() => SimulationGate.Check(Checked));

    private static IEnumerable<SourceFile> Checked => Repository.Files.Where(f => f.IsCSharp
        && f.IsUnder("src/Kamaelia.Axon/", "src/Kamaelia/", "interop/Kamaelia.Interop/"));

    private static string? ExceptionFor(SimulationGate.Finding finding) =>
        s_exceptions.Keys.FirstOrDefault(start => finding.Path.StartsWith(start, StringComparison.Ordinal));

    [Test]
    public void Components_MeantToBeSimulated_UseNothingElse()
    {
        var findings = s_findings.Value.Where(f => ExceptionFor(f) == null).ToList();
        Assert.That(findings, Is.Empty, string.Join('\n', findings) + "\nuse the component's Time, Network.Of, "
            + $"FileStore.Of or DelayAsync; a loop whose order does not matter says so: "
            + $"{SimulationGate.OrderMark} why");
    }

    [Test]
    public void Exceptions_OfTheGate_AreAllStillNeededAndHaveAReason()
    {
        var used = s_findings.Value.Select(ExceptionFor).ToHashSet();
        Assert.That(s_exceptions.Keys.Where(key => !used.Contains(key)), Is.Empty);
        Assert.That(s_exceptions.Values, Has.All.Length.GreaterThan(20));
    }

    [TestCase("var t = DateTime.UtcNow;", "System.DateTime.UtcNow")]
    [TestCase("var t = System.Diagnostics.Stopwatch.GetTimestamp();", "System.Diagnostics.Stopwatch.GetTimestamp")]
    [TestCase("long t = Environment.TickCount64;", "System.Environment.TickCount64")]
    [TestCase("Task.Run(() => { });", "System.Threading.Tasks.Task.Run")]
    [TestCase("Task.Delay(5);", "System.Threading.Tasks.Task.Delay without a TimeProvider")]
    [TestCase("Task.Delay(TimeSpan.Zero, default(CancellationToken));",
        "System.Threading.Tasks.Task.Delay without a TimeProvider")]
    [TestCase("new CancellationTokenSource(TimeSpan.FromSeconds(1));",
        "new System.Threading.CancellationTokenSource without a TimeProvider")]
    [TestCase("new CancellationTokenSource().CancelAfter(5);",
        "System.Threading.CancellationTokenSource.CancelAfter")]
    [TestCase("Thread.Sleep(1);", "System.Threading.Thread.Sleep")]
    [TestCase("int r = Random.Shared.Next();", "System.Random.Shared")]
    [TestCase("Random r = new();", "new System.Random")]
    [TestCase("var g = Guid.NewGuid();", "System.Guid.NewGuid")]
    [TestCase("ThreadPool.QueueUserWorkItem(_ => { });", "System.Threading.ThreadPool.QueueUserWorkItem")]
    [TestCase("foreach (var x in new HashSet<int>()) { }", "foreach over a HashSet")]
    [TestCase("foreach (var (k, v) in new Dictionary<int, int>()) { }", "foreach over a Dictionary")]
    [TestCase("var l = new Dictionary<int, int>().Values.Select(x => x).ToList();", "Select over a ValueCollection")]
    [TestCase("var s = new System.Net.Sockets.Socket(default, default, default);", "new System.Net.Sockets.Socket")]
    [TestCase("var b = File.ReadAllBytes(\"x\");", "System.IO.File.ReadAllBytes")]
    [TestCase("var f = new FileStream(\"x\", FileMode.Open);", "new System.IO.FileStream")]
    [TestCase("var t = TimeProvider.System;", "System.TimeProvider.System")]
    public void Gate_OnCodeThatMustNotBe_FindsIt(string statement, string what) =>
        Assert.That(Findings(statement).Select(f => f.What), Is.EqualTo(new[] { what }));

    [TestCase("// DateTime.UtcNow")]
    [TestCase("var s = \"Task.Run\";")]
    [TestCase("Task.Delay(TimeSpan.Zero, clock);")]
    [TestCase("Task.Delay(TimeSpan.Zero, clock, default);")]
    [TestCase("new CancellationTokenSource(TimeSpan.Zero, clock);")]
    [TestCase("new CancellationTokenSource();")]
    [TestCase("foreach (var x in new List<int>()) { }")]
    [TestCase("// Any order: each is closed.\nforeach (var x in new HashSet<int>()) { }")]
    [TestCase("int n = new HashSet<int>().Count(x => x > 1);")]
    [TestCase("foreach (var x in new HashSet<int>().Order()) { }")]
    [TestCase("var d = new DateTime(2026, 1, 1);")]
    [TestCase("int File = 1; File++;")]
    public void Gate_OnCodeThatMayBe_FindsNothing(string statement) => Assert.That(Findings(statement), Is.Empty);

    private static List<SimulationGate.Finding> Findings(string statement) => SimulationGate.Check(
        [new SourceFile("a.cs", $"class A {{ void B(TimeProvider clock) {{\n{statement}\n}} }}")]);
}
