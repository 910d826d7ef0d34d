using System.Globalization;
using System.Text.Json;
using Kamaelia.Benchmarks.Harness;

namespace Kamaelia.Benchmarks.Processes;

/// <summary>Runs an iperf3 server and client against each other on the loopback interface.</summary>
internal static class Iperf
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>So many datagrams, as fast as they go; the CPU time is the sender's.</summary>
    public static Task<Sample> Udp(int port, int bytes, long packets) => Run(port, bytes, end =>
    {
        JsonElement sum = end.GetProperty("sum");
        double seconds = sum.GetProperty("seconds").GetDouble();
        return new Sample(sum.GetProperty("packets").GetDouble(), seconds * 1e9, CpuNs(end, seconds, "host_total"), 0);
    }, "-u", "-b", "0", "-k", packets.ToString(CultureInfo.InvariantCulture));

    /// <summary>So many writes of so many bytes; the CPU time is that of both ends.</summary>
    public static Task<Sample> Tcp(int port, int bytes, long writes) => Run(port, bytes, end =>
    {
        JsonElement sum = end.GetProperty("sum_sent");
        double seconds = sum.GetProperty("seconds").GetDouble();
        double cpuNs = CpuNs(end, seconds, "host_total") + CpuNs(end, seconds, "remote_total");
        return new Sample(sum.GetProperty("bytes").GetDouble() / bytes, seconds * 1e9, cpuNs, 0);
    }, "-n", (writes * bytes).ToString(CultureInfo.InvariantCulture));

    private static async Task<Sample> Run(
        int port, int bytes, Func<JsonElement, Sample> read, params string[] arguments)
    {
        string program = Tool.Iperf.Path!, at = port.ToString(CultureInfo.InvariantCulture);
        await using Child server = Child.Start(program, "-s", "-B", "127.0.0.1", "-p", at);
        await server.WaitForPortAsync(port, s_patience);
        await using Child client = Child.Start(program, ["-c", "127.0.0.1", "-p", at, "-J", "-l",
            bytes.ToString(CultureInfo.InvariantCulture), .. arguments]);
        using JsonDocument said = JsonDocument.Parse(await client.FinishAsync());
        return said.RootElement.TryGetProperty("error", out JsonElement error)
            ? throw new InvalidOperationException($"iperf3: {error.GetString()}")
            : read(said.RootElement.GetProperty("end"));
    }

    private static double CpuNs(JsonElement end, double seconds, string side) =>
        end.GetProperty("cpu_utilization_percent").GetProperty(side).GetDouble() / 100 * seconds * 1e9;
}
