using System.Buffers;
using System.Text;
using System.Text.Json;
using Kamaelia.Axon;

namespace Kamaelia.Cli;

/// <summary>What happens in a graph as JSON, one object a line.</summary>
internal static class EventLines
{
    private static readonly Lock s_lock = new(); // Events come from every scheduler's thread.

    public static void Write(TextWriter output, GraphEvent happened)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTime.UtcNow);
            WriteBody(json, happened);
            json.WriteEndObject();
        }
        lock (s_lock)
            output.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    private static void WriteBody(Utf8JsonWriter json, GraphEvent happened)
    {
        switch (happened)
        {
            case ComponentStarted started:
                WriteEvent(json, "started", started.Path);
                break;
            case ComponentEnded ended:
                WriteEvent(json, "ended", ended.Path);
                json.WriteString("reason", ended.Reason.Kind.ToString().ToLowerInvariant());
                break;
            case ComponentFaulted or ComponentRestarted or ComponentAbandoned or CallbackFaulted:
                WriteFailure(json, happened);
                break;
            case ComponentWarned warned:
                WriteEvent(json, "warned", warned.Path);
                json.WriteString("text", warned.Text);
                break;
            case ComponentHoldsScheduler holds:
                WriteHold(json, "holds-scheduler", holds.Path, holds.Scheduler, holds.Held);
                json.WriteString("text", holds.Where);
                break;
            case ComponentLetGo gone:
                WriteHold(json, "let-go", gone.Path, gone.Scheduler, gone.Held);
                break;
            case GraphStalled stalled:
                json.WriteString("event", "stalled");
                json.WriteString("text", stalled.Text);
                break;
            case StopStage stage:
                json.WriteString("event", "stop");
                json.WriteString("stage", stage.Stage);
                json.WriteString("text", stage.Text);
                break;
            case GraphPaused:
                json.WriteString("event", "paused");
                break;
            case GraphResumed:
                json.WriteString("event", "resumed");
                break;
            default:
                json.WriteString("event", happened.GetType().Name);
                break;
        }
    }

    private static void WriteFailure(Utf8JsonWriter json, GraphEvent happened)
    {
        switch (happened)
        {
            case ComponentFaulted faulted:
                WriteFault(json, faulted);
                break;
            case ComponentRestarted restarted:
                WriteEvent(json, "restarted", restarted.Path);
                json.WriteString("instance", restarted.Instance);
                json.WriteNumber("attempt", restarted.Attempt);
                json.WriteNumber("delay_ms", restarted.Delay.TotalMilliseconds);
                break;
            case ComponentAbandoned abandoned:
                WriteEvent(json, "abandoned", abandoned.Path);
                json.WriteString("text", abandoned.Text);
                break;
            case CallbackFaulted faulted:
                WriteEvent(json, "callback-faulted", faulted.Path);
                json.WriteString("text", faulted.Exception.Message);
                break;
        }
    }

    private static void WriteHold(Utf8JsonWriter json, string name, string path, string scheduler, TimeSpan held)
    {
        WriteEvent(json, name, path);
        json.WriteString("scheduler", scheduler);
        json.WriteNumber("seconds", Math.Round(held.TotalSeconds, 3));
    }

    private static void WriteFault(Utf8JsonWriter json, ComponentFaulted faulted)
    {
        WriteEvent(json, "faulted", faulted.Path);
        json.WriteString("type", faulted.Exception.GetType().Name);
        json.WriteString("text", faulted.Exception.Message);
        if (faulted.MessageNumber is { } number)
            json.WriteNumber("message", number);
        json.WriteString("action", faulted.Action switch
        {
            FaultAction.StopsGraph => "stops-graph",
            FaultAction.Restarts => "restarts",
            FaultAction.Escalates => "escalates",
            _ => "ignored",
        });
        if (faulted.RestartDelay is { } delay)
            json.WriteNumber("restart_in_ms", delay.TotalMilliseconds);
    }

    private static void WriteEvent(Utf8JsonWriter json, string name, string path)
    {
        json.WriteString("event", name);
        json.WriteString("path", path);
    }
}
