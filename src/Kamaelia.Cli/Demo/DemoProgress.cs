using System.Diagnostics;

namespace Kamaelia.Cli.Demo;

/// <summary>One line that is redrawn while the demo sends; nothing where there is no terminal.</summary>
internal sealed class DemoProgress(string way, long bytesTotal) : IDisposable
{
    private const int BarColumns = 24;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _lastSeconds;
    private long _lastPackets;
    private double _packetsPerSecond;

    public static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(250);

    public void Show(long packetsSent, ReceiverReport receiver)
    {
        if (!Terminal.IsErrorTerminal)
            return;
        double seconds = _clock.Elapsed.TotalSeconds;
        if (seconds > _lastSeconds)
            _packetsPerSecond = (packetsSent - _lastPackets) / (seconds - _lastSeconds);
        (_lastSeconds, _lastPackets) = (seconds, packetsSent);
        const int PayloadBytes = 7 * 188;
        double part = bytesTotal == 0 ? 0 : Math.Min(1, (double)packetsSent * PayloadBytes / bytesTotal);
        string bar = new string('#', (int)(part * BarColumns)).PadRight(BarColumns, '.');
        Console.Error.Write($"\r\e[K{way,-8}[{bar}] {part,4:P0}  {_packetsPerSecond,7:0} packets/s "
            + $"{_packetsPerSecond * PayloadBytes * 8 / 1e6,7:0.00} Mbit/s  "
            + $"sent {packetsSent}  received {receiver.Packets}");
    }

    public void Dispose()
    {
        if (Terminal.IsErrorTerminal)
            Console.Error.Write("\r\e[K");
    }
}
