using System.Text.Json;
using Kamaelia.Utilities;

namespace Kamaelia.Ts;

/// <summary>What was seen of one PID since the start.</summary>
/// <param name="Pid">0 to 8191.</param>
/// <param name="Packets">Packets, duplicates included.</param>
/// <param name="ContinuityErrors">Places where packets are missing, repeated too often or out of order.</param>
/// <param name="Duplicates">Packets sent a second time, as the standard allows.</param>
/// <param name="PcrCount">Clock readings.</param>
/// <param name="PcrIntervalMax">Longest time between two clock readings, by the clock itself.</param>
/// <param name="PcrJitter">Arrival less clock time, peak to peak. It says something only of a stream that comes
/// paced.</param>
public sealed record TsPidReport(int Pid, long Packets, long ContinuityErrors, long Duplicates, long PcrCount,
    TimeSpan PcrIntervalMax, TimeSpan PcrJitter);

/// <summary>What <see cref="TsChecker"/> found since the start.</summary>
public sealed record TsReport : IJsonWritable
{
    /// <summary>The stream has ended: this is the last report.</summary>
    public bool IsFinal { get; init; }

    /// <summary>All bytes, junk included.</summary>
    public long Bytes { get; init; }

    /// <summary>Whole packets.</summary>
    public long Packets { get; init; }

    /// <summary>Sum over all PIDs.</summary>
    public long ContinuityErrors { get; init; }

    /// <summary>Sum over all PIDs.</summary>
    public long Duplicates { get; init; }

    /// <summary>Packets marked as damaged by whoever received them first.</summary>
    public long TransportErrors { get; init; }

    /// <summary>How often the stream fell out of step after it had been in step.</summary>
    public long SyncLosses { get; init; }

    /// <summary>Bytes that belong to no packet.</summary>
    public long JunkBytes { get; init; }

    /// <summary>By ascending PID.</summary>
    public IReadOnlyList<TsPidReport> Pids { get; init; } = [];

    /// <summary>Packets, and nothing wrong with them.</summary>
    public bool IsClean =>
        Packets > 0 && ContinuityErrors == 0 && TransportErrors == 0 && SyncLosses == 0 && JunkBytes == 0;

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        $"ts: {Packets} packets, {Pids.Count} PIDs, {ContinuityErrors} continuity errors, {TransportErrors} transport "
        + $"errors, {SyncLosses} sync losses, {JunkBytes} junk bytes, {Duplicates} duplicates";

    /// <inheritdoc/>
    public void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteBoolean("final", IsFinal);
        writer.WriteNumber("bytes", Bytes);
        writer.WriteNumber("packets", Packets);
        writer.WriteNumber("continuity_errors", ContinuityErrors);
        writer.WriteNumber("duplicates", Duplicates);
        writer.WriteNumber("transport_errors", TransportErrors);
        writer.WriteNumber("sync_losses", SyncLosses);
        writer.WriteNumber("junk_bytes", JunkBytes);
        writer.WriteStartArray("pids");
        foreach (var pid in Pids)
        {
            writer.WriteStartObject();
            writer.WriteNumber("pid", pid.Pid);
            writer.WriteNumber("packets", pid.Packets);
            writer.WriteNumber("continuity_errors", pid.ContinuityErrors);
            writer.WriteNumber("duplicates", pid.Duplicates);
            writer.WriteNumber("pcr_count", pid.PcrCount);
            writer.WriteNumber("pcr_interval_max_ms", pid.PcrIntervalMax.TotalMilliseconds);
            writer.WriteNumber("pcr_jitter_ms", pid.PcrJitter.TotalMilliseconds);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
