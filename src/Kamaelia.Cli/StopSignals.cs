using System.Runtime.InteropServices;

namespace Kamaelia.Cli;

/// <summary>The first SIGINT or SIGTERM is handed on; a second one of either ends the process there and then.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly Action<string> _onFirst;
    private int _count;

    public StopSignals(Action<string> onFirst)
    {
        _onFirst = onFirst;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        bool isInterrupt = context.Signal == PosixSignal.SIGINT;
        if (Interlocked.Increment(ref _count) == 1)
            _onFirst(isInterrupt ? "SIGINT" : "SIGTERM");
        else
            Environment.Exit(isInterrupt ? ExitCodes.Interrupted : ExitCodes.Terminated);
    }
}
