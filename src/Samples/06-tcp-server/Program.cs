// A server that gives each connection a component of its own. See README.md.
using System.Net.Sockets;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Net;

await using var graph = new Graph("shouter", new GraphOptions { Schedulers = 2 });
TcpServer server = graph.Add(new TcpServer(new HostPort("127.0.0.1", 0), _ => new Shouter()));
graph.Start();
while (server.LocalPort == 0 && !graph.Completion.IsCompleted)
    await Task.Delay(5); // It has a port as soon as it listens.

foreach (string name in new[] { "anna", "bert" })
{
    using var client = new TcpClient("127.0.0.1", server.LocalPort);
    using var lines = new StreamReader(client.GetStream());
    await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"hello from {name}\n"));
    Console.WriteLine(await lines.ReadLineAsync());
    client.Client.Shutdown(SocketShutdown.Send); // Its inbox ends, so the component ends, so the connection does.
    Console.WriteLine(await lines.ReadToEndAsync() is "" ? "and that was all" : "there was more");
}

await graph.StopAsync();
Console.WriteLine($"{server.Accepted} connections, {ChunkPool.TotalOutstanding()} chunks held");

/// <summary>Turns what a peer sends upper-case and sends it back.</summary>
internal sealed partial class Shouter : Component
{
    [Port("What the peer sends, in pieces of any size.")]
    public partial Inbox<Chunk> Inbox { get; }

    [Port("What it gets back.")]
    public partial Outbox<Chunk> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out Chunk heard))
                await Outbox.SendAsync(Shout(heard), stop);
        }
    }

    private Chunk Shout(Chunk heard)
    {
        using (heard) // Others may hold the same bytes: what is changed is a chunk of one's own.
        {
            Chunk shouted = Scheduler!.Pool.Rent(heard.Length);
            System.Text.Ascii.ToUpper(heard.Span, shouted.Writable, out _);
            return shouted;
        }
    }
}
