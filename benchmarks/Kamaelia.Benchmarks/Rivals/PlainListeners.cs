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

    /// <summary>The same, each of which asks an HTTP server for a path first.</summary>
    public static Child StartListeners(int port, int count, string path) =>
        Child.Start(Program!, "listen", "127.0.0.1", Text(port), Text(count), path);

    /// <summary>A file by sendfile in C, read by a thread; operations are what it counts for.</summary>
    public static async Task<Sample> SendFile(string path, double operations)
    {
        await using Child both = Child.Start(Program!, "file", path);
        using var bound = new CancellationTokenSource(s_patience);
        return SampleOf(await both.FinishAsync(bound.Token), operations);
    }

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
        return SampleOf(listeners, line.RootElement.GetProperty("seconds").GetDouble() * 1e9,
            line.RootElement.GetProperty("cpu_seconds").GetDouble() * 1e9);
    }

    /// <summary>What a server with so many listeners took; operations are listener-seconds.</summary>
    public static Sample SampleOf(int listeners, double wallNs, double cpuNs, double allocatedBytes = 0) =>
        new(listeners * wallNs / 1e9, wallNs, cpuNs, allocatedBytes)
        {
            Extras = new Dictionary<string, double> { ["core_percent"] = 100 * cpuNs / wallNs },
        };

    /// <summary>Clients of their own process, each of which asks again when it has its answer, dealt out over the
    /// ports.</summary>
    public static Child StartAsking(int clients, long requests, int bytes, IEnumerable<int> ports) =>
        Child.Start(Program!,
            ["ask", Text(clients), Text(requests), Text(bytes), .. ports.Select(port => Text(port))]);

    /// <summary>The C echo server, asked by such clients: only its own CPU counts.</summary>
    public static async Task<Sample> Echo(int clients, long requests, int bytes)
    {
        int port = PlainTcp.FreePort();
        await using Child server = Child.Start(Program!, "echo", Text(port), Text(clients));
        await server.WaitForPortAsync(port, s_patience);
        await using Child asking = StartAsking(clients, requests, bytes, [port]);
        using var bound = new CancellationTokenSource(s_patience);
        await asking.FinishAsync(bound.Token);
        return SampleOf(await server.FinishAsync(bound.Token), requests);
    }

    /// <summary>Blocking calls in C, a thread an end.</summary>
    public static async Task<Sample> Stream(int bytes, long writes)
    {
        await using Child both = Child.Start(Program!, "stream", Text(bytes), Text(writes));
        using var bound = new CancellationTokenSource(s_patience);
        return SampleOf(await both.FinishAsync(bound.Token), writes);
    }

    private static Sample SampleOf(string json, double operations)
    {
        using JsonDocument line = JsonDocument.Parse(json);
        return new Sample(operations, line.RootElement.GetProperty("seconds").GetDouble() * 1e9,
            line.RootElement.GetProperty("cpu_seconds").GetDouble() * 1e9, 0);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
