namespace Kamaelia.Fuzz.Engine;

/// <summary>What happened to one input.</summary>
/// <param name="Signature">Two failures with the same one are the same defect.</param>
/// <param name="Story">All that is known of it.</param>
internal sealed record Failure(string Signature, string Story);

/// <summary>Runs inputs and tells what a target may not do: throw, hang, take memory out of proportion.</summary>
internal sealed class Guard : IDisposable
{
    private readonly FuzzTarget _target;
    private readonly TimeSpan _limit;
    private readonly Action<byte[], string> _onHang;
    private readonly Timer _watch;
    private byte[]? _current;
    private long _since;

    /// <param name="target">Whose inputs.</param>
    /// <param name="limit">A run that takes longer hangs.</param>
    /// <param name="onHang">Called on another thread with the input; a thread cannot be ended, so the process
    /// must.</param>
    public Guard(FuzzTarget target, TimeSpan limit, Action<byte[], string> onHang)
    {
        _target = target;
        _limit = limit;
        _onHang = onHang;
        _watch = new Timer(_ => Look(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Null if all is well.</summary>
    public Failure? Run(byte[] input)
    {
        var (bytesFixed, bytesPerByte) = _target.AllocatedBytesMax;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Volatile.Write(ref _since, Environment.TickCount64);
        Volatile.Write(ref _current, input);
        try
        {
            _target.Run(input);
        }
        catch (Exception e)
        {
            return new Failure($"{e.GetType().Name} {Frame(e)}", e.ToString());
        }
        finally
        {
            Volatile.Write(ref _current, null);
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= bytesFixed + bytesPerByte * input.Length
            ? null
            : new Failure("memory", $"{allocated} bytes allocated for an input of {input.Length}");
    }

    public void Dispose() => _watch.Dispose();

    private void Look()
    {
        byte[]? input = Volatile.Read(ref _current);
        long ms = Environment.TickCount64 - Volatile.Read(ref _since);
        if (input is not null && ms > _limit.TotalMilliseconds && ReferenceEquals(input, Volatile.Read(ref _current)))
            _onHang(input, $"a run of {input.Length} bytes takes longer than {_limit.TotalSeconds} s");
    }

    private static string Frame(Exception e) => e is BrokenPromiseException
        ? e.Message
        : (e.StackTrace ?? "").Split('\n')[0].Trim();
}
