using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Kamaelia.Benchmarks.Processes;

/// <summary>A program that runs beside the bench: a rival, a peer or a load. Started, waited for and ended by its
/// number, and only that.</summary>
internal sealed partial class Child : IAsyncDisposable
{
    private const int SigTerm = 15;

    private static readonly ConcurrentDictionary<int, Child> s_alive = new();
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;
    private bool _isDisposed;

    private Child(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync(); // Both at once: a full pipe that nobody reads would stop it.
        _errors = process.StandardError.ReadToEndAsync();
        Id = process.Id;
        s_alive[Id] = this;
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program with exactly these arguments, no shell between.</summary>
    /// <exception cref="InvalidOperationException">It cannot be started.</exception>
    public static Child Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            return new Child(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"{program} cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Ends every child that still runs: a deadline has passed, or the bench is broken off.</summary>
    public static void EndAll()
    {
        foreach (Child child in s_alive.Values)
            child.Kill();
    }

    /// <summary>What it wrote, when it has ended by itself.</summary>
    /// <exception cref="InvalidOperationException">It ended with something else than 0; its last words are in the
    /// message.</exception>
    public async Task<string> FinishAsync(CancellationToken stop = default)
    {
        await _process.WaitForExitAsync(stop);
        s_alive.TryRemove(Id, out _);
        string errors = await _errors;
        if (_process.ExitCode != 0)
            throw new InvalidOperationException($"{_process.StartInfo.FileName} ended with {_process.ExitCode}: "
                + string.Join(" | ", errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(4)));
        return await _output;
    }

    /// <summary>What it has written to its standard error, when it has ended.</summary>
    public Task<string> Errors => _errors;

    /// <summary>Waits until somebody listens on a TCP port of this host. Nothing connects: a server that serves one
    /// client would take the question for it.</summary>
    /// <exception cref="TimeoutException">Nobody does in time.</exception>
    /// <exception cref="InvalidOperationException">It ended first.</exception>
    public async Task WaitForPortAsync(int port, TimeSpan patience)
    {
        for (var clock = Stopwatch.StartNew(); !IsListening(port); await Task.Delay(10))
        {
            if (HasExited)
                throw new InvalidOperationException($"{_process.StartInfo.FileName} ended: {await _errors}");
            if (clock.Elapsed > patience)
                throw new TimeoutException($"{_process.StartInfo.FileName} did not listen on {port} in time");
        }
    }

    // proc(5): the local address ends with the port in hexadecimal digits, and state 0A is listening.
    private static bool IsListening(int port)
    {
        string end = $":{port:X4}";
        return new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(fields => fields is [_, var local, _, "0A", ..] && local.EndsWith(end, StringComparison.Ordinal));
    }

    /// <summary>CPU time of all its threads so far, children that it has waited for included; in steps of a clock tick
    /// (10 ms).</summary>
    public TimeSpan CpuTime
    {
        get
        {
            // proc(5): after the name in brackets, utime, stime, cutime and cstime are the 12th to the 15th.
            string stat = File.ReadAllText($"/proc/{Id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            long ticks = fields[11..15].Sum(text => long.Parse(text, CultureInfo.InvariantCulture));
            return TimeSpan.FromSeconds(ticks / 100.0); // USER_HZ is 100 on every Linux that .NET runs on.
        }
    }

    /// <summary>Asks it to end, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        if (!HasExited)
        {
            _ = Signal(Id, SigTerm);
            using var patience = new CancellationTokenSource(s_stopPatience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Kill();
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }
        s_alive.TryRemove(Id, out _);
        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended in the meantime, which is what was wanted.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);
}
