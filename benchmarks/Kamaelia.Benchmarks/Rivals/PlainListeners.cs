using System.Globalization;
using System.Text.Json;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Processes;

namespace Kamaelia.Benchmarks.Rivals;

/// <summary>benchmarks/native/tcp_plain.c: a plain epoll server, and listeners in a process of their own.</summary>
internal static class PlainListeners
{
    private const string ProgramName = "tcp_plain";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Where it was built (cmake -DKAM_BENCH=ON); null: nowhere.</summary>
    public static string? Program { get; } = NativeProgram.Find(ProgramName);

    /// <summary>So many connections to a port of this host, read until they end.</summary>
    public static Child StartListeners(int port, int count) =>
        Child.Start(Program!, "listen", "127.0.0.1", Text(port), Text(count));

    /// <summary>The C server with so many listeners; operations are listener-seconds.</summary>
    public static async Task<Sample> Serve(int listeners, long bitsPerSecond, TimeSpan interval, TimeSpan time)
    {
        int port = PlainTcp.FreePort();
        await using Child server = Child.Start(Program!, "serve", Text(listeners), Text(bitsPerSecond),
            Text((long)interval.TotalMilliseconds), time.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            Text(port));
        await server.WaitForPortAsync(port, s_patience);
        await using Child audience = StartListeners(port, listeners);
        using var bound = new CancellationTokenSource(s_patience);
        using JsonDocument line = JsonDocument.Parse(await server.FinishAsync(bound.Token));
        await audience.FinishAsync(bound.Token);
        double seconds = line.RootElement.GetProperty("seconds").GetDouble();
        double cpu = line.RootElement.GetProperty("cpu_seconds").GetDouble();
        return new Sample(listeners * seconds, seconds * 1e9, cpu * 1e9, 0)
        {
            Extras = new Dictionary<string, double> { ["core_percent"] = 100 * cpu / seconds },
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
