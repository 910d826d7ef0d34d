using System.Runtime.InteropServices;

namespace Kamaelia.Cli;

/// <summary>The first SIGINT or SIGTERM is handed on; a second one of either ends the process there and then.</summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>timeout(1) and some launchers signal us and then our group: that is one signal, no second one.
    /// </summary>
    internal static readonly TimeSpan EchoLimit = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Action<string> _onFirst;
    private readonly Action<int> _exit;
    private readonly TimeProvider _time;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private (PosixSignal Signal, long Time)? _first;

    /// <summary>Listens until it is disposed.</summary>
    public StopSignals(Action<string> onFirst) : this(onFirst, Environment.Exit, TimeProvider.System)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    internal StopSignals(Action<string> onFirst, Action<int> exit, TimeProvider time)
    {
        _onFirst = onFirst;
        _exit = exit;
        _time = time;
    }

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    internal void Handle(PosixSignal signal)
    {
        lock (_lock)
        {
            if (_first is { } first)
            {
                if (first.Signal != signal || _time.GetElapsedTime(first.Time) > EchoLimit)
                    _exit(signal == PosixSignal.SIGINT ? ExitCodes.Interrupted : ExitCodes.Terminated);
                return;
            }
            _first = (signal, _time.GetTimestamp());
        }
        _onFirst(signal.ToString());
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Handle(context.Signal);
    }
}
