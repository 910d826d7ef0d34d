using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Soak.Exercises;

/// <summary>The main job: a file, paced by its own clock, sent by multicast on the loopback, received and checked;
/// begun anew every few seconds.</summary>
internal sealed class MainJob(Twin way, int port)
    : Exercise($"main job, {way.ToString().ToLowerInvariant()}", "starts and stops of sender and receiver")
{
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(4);

    private Graph? _sender, _receiver;

    public override int Places => PlacesOf(_sender) + PlacesOf(_receiver);

    public override async Task RunAsync(CancellationToken stop)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "sample.ts");
        string group = $"239.255.77.{port % 200}:{port}";
        while (!stop.IsCancellationRequested)
        {
            _receiver = Build($"udp.recv {group} iface=lo |[4096] ts.check @check | null @end");
            _sender = Build($"file.read \"{file}\" loop=true | pace pcr speed=8 | udp.send {group} iface=lo ttl=0");
            _receiver.Start();
            _sender.Start();
            await SleepAsync(s_round, stop);
            Outbox passed = _receiver.Components.First(c => c.Name == "check").FindOutbox("outbox");
            if (passed.Sent == 0 && !stop.IsCancellationRequested)
                throw new InvalidOperationException("nothing was received");
            await _sender.StopAsync(new StopOptions(TimeSpan.FromMilliseconds(500)));
            await _receiver.StopAsync(new StopOptions(TimeSpan.FromMilliseconds(500)));
            await _sender.DisposeAsync();
            await _receiver.DisposeAsync();
            CountRound();
        }
    }

    private Graph Build(string text) => GraphText.Parse(text, preferred: way).Build();
}
