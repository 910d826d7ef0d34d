using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks.Processes;

/// <summary>Runs gst-launch-1.0 pipelines and ffmpeg: what they take less what they take to start.</summary>
internal static class MediaTools
{
    private const int StartsMeasured = 3;

    private static readonly ConcurrentDictionary<string, Run> s_starts = new();

    /// <summary>True if every element is there.</summary>
    public static bool HasElements(params string[] elements) =>
        Tool.GStreamer.Path is { } path && elements.All(e => Exists(Path.Combine(Path.GetDirectoryName(path)!,
            "gst-inspect-1.0"), e));

    /// <summary>A pipeline whose words depend on how many buffers it shall pass.</summary>
    /// <param name="name">Under which its start is remembered.</param>
    /// <param name="pipeline">The words for a number of buffers.</param>
    /// <param name="buffers">How many.</param>
    /// <param name="operations">What they count for.</param>
    /// <param name="operationsOfStart">What one buffer counts for: it is taken off with the start.</param>
    public static async Task<Sample> RunGStreamer(
        string name, Func<long, string> pipeline, long buffers, double operations, double operationsOfStart)
    {
        string program = Tool.GStreamer.Path!;
        Run start = await StartOf(name, program, () => ["-q", .. Words(pipeline(1))]);
        Run whole = await Measure(program, ["-q", .. Words(pipeline(buffers))]);
        return Net(whole, operations - operationsOfStart, start);
    }

    /// <summary>ffmpeg with a file in and a stream out; it says itself how many bytes left it.</summary>
    public static async Task<Sample> RunFFmpeg(string input, string tinyInput, string output, int packetBytes)
    {
        string program = Tool.FFmpeg.Path!;
        string[] Arguments(string from) =>
        [
            "-nostdin", "-hide_banner", "-loglevel", "error", "-nostats", "-progress", "pipe:1", "-i", from,
            "-c", "copy", "-f", "mpegts", output,
        ];
        Run start = await StartOf("ffmpeg", program, () => Arguments(tinyInput));
        Run whole = await Measure(program, Arguments(input));
        return Net(whole, (BytesOf(whole.Said) - BytesOf(start.Said)) / packetBytes, start);
    }

    private static double BytesOf(string progress)
    {
        const string key = "total_size=";
        string line = progress.Split('\n').Last(l => l.StartsWith(key, StringComparison.Ordinal));
        return double.Parse(line[key.Length..], CultureInfo.InvariantCulture);
    }

    private static Sample Net(Run whole, double operations, Run start) =>
        new(operations, Less(whole.WallNs, start.WallNs), Less(whole.CpuNs, start.CpuNs), 0)
        {
            Extras = new Dictionary<string, double> { ["start_ms"] = start.WallNs / 1e6 },
        };

    // On a busy machine a short run may seem to take no longer than its start did: it still took something.
    private static double Less(double whole, double start) => Math.Max(whole * 0.05, whole - start);

    // The least of a few: what is taken off must not be more than it was.
    private static async Task<Run> StartOf(string name, string program, Func<string[]> arguments)
    {
        if (s_starts.TryGetValue(name, out Run? known))
            return known;
        Run least = await Measure(program, arguments());
        for (int i = 1; i < StartsMeasured; i++)
        {
            Run next = await Measure(program, arguments());
            least = next with
            {
                WallNs = Math.Min(least.WallNs, next.WallNs), CpuNs = Math.Min(least.CpuNs, next.CpuNs),
            };
        }
        return s_starts[name] = least;
    }

    private static async Task<Run> Measure(string program, string[] arguments)
    {
        TimeSpan cpuBefore = ChildUsage.Now();
        long before = Stopwatch.GetTimestamp();
        await using Child child = Child.Start(program, arguments);
        string said = await child.FinishAsync();
        double wallNs = Stopwatch.GetElapsedTime(before).TotalNanoseconds;
        return new Run(wallNs, (ChildUsage.Now() - cpuBefore).TotalNanoseconds, said);
    }

    private sealed record Run(double WallNs, double CpuNs, string Said);

    private static bool Exists(string inspect, string element)
    {
        if (!File.Exists(inspect))
            return false;
        using var process = Process.Start(new ProcessStartInfo(inspect, ["--exists", element])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static string[] Words(string pipeline) => pipeline.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
