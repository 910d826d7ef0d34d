using System.Runtime.InteropServices;
using Kamaelia.Axon;
using Kamaelia.Interop;
using Kamaelia.Stop.Tests.Parts;

namespace Kamaelia.Stop.Tests;

/// <summary>Asks for the stop of a cell from where the cell says.</summary>
internal sealed partial class Asker : IDisposable
{
    // Harmless unless somebody listens, so that one that comes late does no harm.
    private const int SigWinCh = 28;

    private readonly Cell _cell;
    private readonly Graph _graph;
    private readonly Graph? _other;
    private readonly Caller? _caller;
    private readonly TaskCompletionSource<Task> _asked = new();
    private PosixSignalRegistration? _signal;

    public Asker(Cell cell, Scene scene, string name)
    {
        _cell = cell;
        _graph = scene.Graph;
        Probe.Reset(AskInside);
        if (!cell.FromInside)
            return;
        if (!cell.OwnCodeRuns)
            _other = new Graph(name + "o");
        var on = _other is null ? _graph.Schedulers[1] : _other.Schedulers[0];
        if (cell.Who == Who.InsideAComponent)
            _caller = (_other ?? _graph).Add(new Caller(AskInside) { Name = "caller" }, on);
        else
            (_other ?? _graph).Add(NativeComponents.Create("stop.call"), on).Name = "caller";
        if (cell.When == When.Starting)
            Trigger(); // At its first activation, then.
        _other?.Start();
    }

    /// <summary>Whether a component of another graph asks.</summary>
    public bool IsOther => _other is not null;

    /// <summary>Short where the component is to be abandoned; a drain of the others is cut, and then they have time.
    /// </summary>
    public static StopOptions Graces(Cell cell) => cell.Blocks
        ? new StopOptions(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(30))
        : new StopOptions(TimeSpan.FromMilliseconds(20), Scene.Patience * 2);

    /// <summary>What a stop may take at most beside what it promises: nothing ends by itself before that.</summary>
    public static TimeSpan Promised(Cell cell) =>
        Graces(cell).DrainTimeout!.Value + (cell.Blocks ? Graces(cell).CancelTimeout!.Value : TimeSpan.Zero);

    /// <summary>Asks. The tasks that callers were given.</summary>
    public Task[] Ask()
    {
        switch (_cell.Who)
        {
            case Who.CallersThread:
                return [_graph.StopAsync(Graces(_cell)).AsTask()];
            case Who.PoolThread:
                return [Task.Run(() => _graph.StopAsync(Graces(_cell)).AsTask())];
            case Who.TwoAtOnce:
                return AskTwice();
            case Who.Signal:
                _signal = PosixSignalRegistration.Create((PosixSignal)SigWinCh, OnSignal);
                if (Kill(Environment.ProcessId, SigWinCh) != 0)
                    throw new InvalidOperationException("kill failed");
                break;
            default:
                Trigger();
                break;
        }
        return [_asked.Task.Unwrap()];
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _asked.TrySetResult(_graph.StopAsync(Graces(_cell)).AsTask());
    }

    private void Trigger()
    {
        if (_caller is not null)
            _caller.Trigger();
        else
            Probe.Trigger();
    }

    // Inside one of its own it must not be waited for; there the end is the graph's.
    private void AskInside()
    {
        var stopping = _graph.StopAsync(Graces(_cell));
        if (_other is not null)
            _asked.TrySetResult(stopping.AsTask());
        else if (stopping.IsCompletedSuccessfully)
            _asked.TrySetResult(_graph.Completion);
        else
            _asked.TrySetException(new InvalidOperationException("a stop from inside was to be waited for"));
    }

    private Task[] AskTwice()
    {
        using var both = new Barrier(2);
        var tasks = new Task[2];
        var threads = Enumerable.Range(0, 2).Select(i => new Thread(() =>
        {
            both.SignalAndWait();
            // The other one is in no hurry: the shorter deadlines count.
            tasks[i] = _graph.StopAsync(i == 0 ? Graces(_cell) : new StopOptions(Scene.Patience)).AsTask();
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        return tasks;
    }

    public void Dispose()
    {
        _signal?.Dispose();
        if (_other is not null && !_other.DisposeAsync().AsTask().WaitQuietly(Scene.Patience))
            throw new TimeoutException("the other graph did not end");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
