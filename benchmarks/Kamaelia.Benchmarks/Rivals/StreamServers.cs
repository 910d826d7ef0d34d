using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Processes;

namespace Kamaelia.Benchmarks.Rivals;

/// <summary>icecast2 and nginx with many listeners: the servers that people would take instead.</summary>
/// <remarks>Each has a folder of its own that is removed, and ends with the measurement. The CPU is that of the
/// server's process alone.</remarks>
internal static class StreamServers
{
    private const string StreamPath = "/stream";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>icecast2: it is sent the stream fifty times a second, and writes blocks of its own size.</summary>
    public static Task<Sample> Icecast(int listeners, long bitsPerSecond, TimeSpan time) =>
        Run(async (folder, port) =>
        {
            string config = Path.Combine(folder, "icecast.xml");
            await File.WriteAllTextAsync(config, IcecastConfig(folder, port, listeners));
            return Child.Start(Tool.Icecast.Path!, "-c", config);
        }, port => SendAsync(port, bitsPerSecond), listeners, bitsPerSecond, time);

    /// <summary>nginx: a file, held back to the rate for each listener.</summary>
    public static Task<Sample> Nginx(int listeners, long bitsPerSecond, TimeSpan time) =>
        Run(async (folder, port) =>
        {
            string config = Path.Combine(folder, "nginx.conf");
            await File.WriteAllTextAsync(config, NginxConfig(folder, port, listeners, bitsPerSecond / 8));
            await using (FileStream file = File.Create(folder + StreamPath))
                file.SetLength(bitsPerSecond / 8 * 600);
            return Child.Start(Tool.Nginx.Path!, "-p", folder, "-c", config, "-e", "stderr");
        }, null, listeners, bitsPerSecond, time);

    private static async Task<Sample> Run(Func<string, int, Task<Child>> start, Func<int, Task<Source>>? feed,
        int listeners, long bitsPerSecond, TimeSpan time)
    {
        string folder = Directory.CreateTempSubdirectory("kamaelia-bench-").FullName;
        try
        {
            if (OperatingSystem.IsLinux()) // A server that gives up root's rights writes its log there all the same.
                File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
            int port = PlainTcp.FreePort();
            await using Child server = await start(folder, port);
            await server.WaitForPortAsync(port, s_patience);
            await using Source? source = feed is null ? null : await feed(port);
            await using Child audience = PlainListeners.StartListeners(port, listeners, StreamPath);
            await Patience.UntilAsync(() => audience.HasExited || OpenFiles(server) > listeners, "all listeners came");
            await Task.Delay(300); // Until connecting has cooled down.
            Sample sample = await MeasureAsync(server, listeners, time);
            await server.DisposeAsync();
            using var bound = new CancellationTokenSource(s_patience);
            long got = long.Parse(await audience.FinishAsync(bound.Token), CultureInfo.InvariantCulture);
            double least = time.TotalSeconds * listeners * bitsPerSecond / 8 / 2;
            return got >= least
                ? sample
                : throw new InvalidOperationException($"the listeners got {got} bytes; half a stream is {least:0}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Sample> MeasureAsync(Child server, int listeners, TimeSpan time)
    {
        TimeSpan before = server.CpuTime;
        Meter meter = Meter.Start();
        await Task.Delay(time);
        double cpuNs = (server.CpuTime - before).TotalNanoseconds;
        Sample sample = meter.Stop(1);
        return PlainListeners.SampleOf(listeners, sample.WallNs, cpuNs);
    }

    private static int OpenFiles(Child server) => Directory.GetFileSystemEntries($"/proc/{server.Id}/fd").Length;

    // It refuses to run as root, and becomes nobody by itself when it is told so.
    private static string IcecastConfig(string folder, int port, int listeners) => $"""
        <icecast>
          <limits><clients>{listeners + 100}</clients><sources>2</sources><queue-size>1048576</queue-size>
            <client-timeout>60</client-timeout><header-timeout>60</header-timeout><source-timeout>60</source-timeout>
            <burst-on-connect>0</burst-on-connect><burst-size>0</burst-size></limits>
          <authentication><source-password>bench</source-password><admin-user>admin</admin-user>
            <admin-password>bench</admin-password></authentication>
          <hostname>localhost</hostname>
          <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
          <paths><basedir>{folder}</basedir><logdir>{folder}</logdir><webroot>{folder}</webroot>
            <adminroot>{folder}</adminroot></paths>
          <logging><errorlog>error.log</errorlog><accesslog>access.log</accesslog><loglevel>1</loglevel></logging>
          <security><chroot>0</chroot>{(Environment.IsPrivilegedProcess ? Owner : "")}</security>
        </icecast>
        """;

    private const string Owner = "<changeowner><user>nobody</user><group>nogroup</group></changeowner>";

    // One process in the foreground, so that its CPU time is all there is.
    private static string NginxConfig(string folder, int port, int listeners, long bytesPerSecond) => $$"""
        daemon off;
        master_process off;
        pid {{folder}}/nginx.pid;
        worker_rlimit_nofile {{(2 * listeners) + 100}};
        events { worker_connections {{(2 * listeners) + 100}}; }
        http {
            access_log off;
            client_body_temp_path {{folder}}/1;
            proxy_temp_path {{folder}}/2;
            fastcgi_temp_path {{folder}}/3;
            uwsgi_temp_path {{folder}}/4;
            scgi_temp_path {{folder}}/5;
            sendfile on;
            server {
                listen 127.0.0.1:{{port}} backlog=1024;
                root {{folder}};
                limit_rate {{bytesPerSecond}};
            }
        }
        """;

    /// <summary>Makes itself icecast's source, and sends until it is disposed of.</summary>
    private static async Task<Source> SendAsync(int port, long bitsPerSecond)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var bound = new CancellationTokenSource(s_patience);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), bound.Token);
            string key = Convert.ToBase64String("source:bench"u8);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"SOURCE {StreamPath} HTTP/1.0\r\n"
                + $"Authorization: Basic {key}\r\nContent-Type: audio/mpeg\r\n\r\n"), bound.Token);
            var answer = new byte[512];
            int length = await socket.ReceiveAsync(answer, bound.Token);
            string said = Encoding.ASCII.GetString(answer, 0, length);
            return said.Contains(" 200 ", StringComparison.Ordinal)
                ? new Source(socket, bitsPerSecond)
                : throw new InvalidOperationException($"icecast2 takes no source: {said}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Source : IAsyncDisposable
    {
        private const int ChunksPerSecond = 50;
        private readonly CancellationTokenSource _stop = new();
        private readonly Socket _socket;
        private readonly Task _sending;

        public Source(Socket socket, long bitsPerSecond)
        {
            _socket = socket;
            _sending = SendAsync(new byte[bitsPerSecond / 8 / ChunksPerSecond]);
        }

        private async Task SendAsync(byte[] bytes)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ChunksPerSecond));
            try
            {
                while (await timer.WaitForNextTickAsync(_stop.Token))
                    await _socket.SendAsync(bytes, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // It is over; a server that ended too early shows in what the listeners got.
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _sending;
            _socket.Dispose();
            _stop.Dispose();
        }
    }
}
