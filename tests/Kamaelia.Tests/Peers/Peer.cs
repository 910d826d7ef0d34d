using System.Diagnostics;
using System.Text;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Peers;

/// <summary>A program that a test has started, and what it says. Ends with the test.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;
    private readonly string _command;
    private readonly StringBuilder _output = new();

    public Peer(Process process, string command)
    {
        _process = process;
        _command = command;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts a program, or skips the test where it is not installed.</summary>
    public static Peer StartOrSkip(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            return new Peer(Process.Start(start)!, $"{program} {string.Join(' ', arguments)}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"skipped, because {program} is not installed");
            throw;
        }
    }

    /// <summary>All that it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Waits for its end, within the bound; it must end well.</summary>
    public async Task<string> EndAsync()
    {
        using var bound = new CancellationTokenSource(Graphs.Bound);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"did not end in time: {_command}\n{Output}");
        }
        Assert.That(_process.ExitCode, Is.Zero, $"{_command}\n{Output}");
        return Output;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Add(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
