using Kamaelia.Interop.Native;

namespace Kamaelia.Interop;

/// <summary>Reads an instance's counters from any thread, and keeps the last numbers when it is freed.</summary>
internal sealed unsafe class NativeCounters(InstanceHandle instance)
{
    private const int FirstCapacity = 16;

    // Held while reading and while freezing, so that the instance is not freed under a reader. Neither takes long.
    private readonly Lock _lock = new();
    private KeyValuePair<string, long>[]? _last;

    public IReadOnlyList<KeyValuePair<string, long>> Read()
    {
        lock (_lock)
            return _last ?? ReadNow();
    }

    /// <summary>The last reading: the instance is about to be freed.</summary>
    public void Freeze()
    {
        lock (_lock)
            _last ??= instance.IsClosed ? [] : ReadNow();
    }

    private KeyValuePair<string, long>[] ReadNow()
    {
        var counters = stackalloc kam_counter[FirstCapacity];
        var count = (int)NativeMethods.kam_instance_counters(instance.Pointer, counters, FirstCapacity);
        if (count <= FirstCapacity)
            return Copy(new ReadOnlySpan<kam_counter>(counters, count));
        var many = new kam_counter[count];
        fixed (kam_counter* first = many)
            count = Math.Min(count, (int)NativeMethods.kam_instance_counters(instance.Pointer, first, (uint)count));
        return Copy(many.AsSpan(0, count));
    }

    private static KeyValuePair<string, long>[] Copy(ReadOnlySpan<kam_counter> counters)
    {
        var copy = new KeyValuePair<string, long>[counters.Length];
        for (var i = 0; i < copy.Length; i++)
            copy[i] = new(NativeStatus.TextOf(counters[i].name), unchecked((long)counters[i].value));
        return copy;
    }
}
