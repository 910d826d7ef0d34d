using Kamaelia.Axon;
using Kamaelia.Tests.Support;
using Kamaelia.Ts;

namespace Kamaelia.Tests.Ts;

/// <summary>ts.filter.</summary>
public abstract class TsFilterContract(TwinMaker twins)
{
    private static readonly int[] s_pids = [0, 256, 257, 256, 0x1FFF, 300, 256, 0x1FFB];

    [TestCase("256", "keep", "false", new[] { 256 })]
    [TestCase("0x1ffb,256-257", "keep", "false", new[] { 256, 257, 0x1FFB })]
    [TestCase("256", "remove", "false", new[] { 0, 257, 0x1FFF, 300, 0x1FFB })]
    [TestCase("256", "remove", "true", new[] { 0, 257, 300, 0x1FFB })]
    [TestCase("0-0x1fff", "keep", "true", new[] { 0, 256, 257, 300, 0x1FFB })]
    [TestCase("0-8191", "remove", "false", new int[0])]
    public void Filter_PacketsCutAnywhere_PassesThosePids(string pids, string mode, string dropNull, int[] passing)
    {
        byte[][] packets = [.. Enumerable.Range(0, 400).Select(i =>
            TsBuilder.Packet(s_pids[i * 7 % s_pids.Length], i, fill: (byte)i))];
        byte[] stream = [.. packets.SelectMany(packet => packet)];
        byte[] expected = [.. packets.Where(packet => passing.Contains(new TsPacket(packet).Pid))
            .SelectMany(packet => packet)];

        foreach (int bytesMax in new[] { 1, 100, 188, 1316, 5000, 100_000 })
        {
            var output = Graphs.Through(Cuts.Random(stream, bytesMax, bytesMax), Make(pids, mode, dropNull));
            Assert.That(output.SelectMany(message => message.Bytes), Is.EqualTo(expected), $"cut to {bytesMax}");
            Assert.That(output.Select(message => message.Bytes.Length % 188), Is.All.Zero);
            Assert.That(output.Select(message => message.Bytes.Length), Is.All.Positive);
        }
    }

    [Test]
    public void Filter_AMessageThatPassesAsAWhole_IsTheSameMessageWithItsStamp()
    {
        byte[] bytes = [.. Enumerable.Range(0, 7).SelectMany(i => TsBuilder.Packet(256, i))];
        var chunk = Chunk.CopyOf(bytes).With(77, ChunkFlags.Key, 5);
        var source = new OneChunk(chunk);
        var sink = new SameSink(chunk);

        Graphs.RunAsync(source, Make("256", "keep", "false"), sink).GetAwaiter().GetResult();

        Assert.That(sink.Same, Is.EqualTo(1));
    }

    [Test]
    public void Filter_WhatPassesOfAMessage_HasItsStamp()
    {
        byte[] packets = [.. Enumerable.Range(0, 8).SelectMany(i => TsBuilder.Packet(s_pids[i], i))];
        Message[] input = [new(packets, 3, 100, ChunkFlags.Key), new(packets, 4, 200, ChunkFlags.Discontinuity)];

        var output = Graphs.Through(input, Make("256", "keep", "false"));

        Assert.That(output.Select(message => (message.Tag, message.PtsNs, message.Flags)), Is.EqualTo(new[]
        {
            (3u, (long?)100L, ChunkFlags.Key), (4u, 200L, ChunkFlags.Discontinuity),
        }));
    }

    [Test]
    public void Filter_JunkBetweenPackets_IsLeftOutAndCounted()
    {
        byte[] packets = [.. Enumerable.Range(0, 8).SelectMany(i => TsBuilder.Packet(256, i))];
        byte[] junk = new byte[1000];
        byte[] stream = [.. junk, .. packets, .. junk[..77], .. packets, .. packets[..100]];
        foreach (int bytesMax in new[] { 7, 500, 100_000 })
        {
            var filter = Make("256", "keep", "false");
            var output = Graphs.Through(Cuts.Random(stream, 3, bytesMax), filter);
            Assert.That(output.SelectMany(message => message.Bytes), Is.EqualTo((byte[])[.. packets, .. packets]));
            Assert.That(filter.Counters, Is.EqualTo(new KeyValuePair<string, long>[]
            {
                new("packets", 16), new("removed", 0), new("junk_bytes", 1177),
            }));
        }
    }

    [Test]
    public void Filter_TheSample_IsWhatAPlainLoopGives()
    {
        byte[] sample = TsBuilder.Sample();
        int pid = new TsPacket(sample.AsSpan(188 * (sample.Length / 376))).Pid;
        byte[] expected = [.. sample.Chunk(188).Where(packet => packet.Length == 188 && new TsPacket(packet).Pid == pid)
            .SelectMany(packet => packet)];

        var output = Graphs.Through(Cuts.Even(sample, 65536), Make($"{pid}", "keep", "false"));

        Assert.That(output.SelectMany(message => message.Bytes), Is.EqualTo(expected));
    }

    [TestCase("8192")]
    [TestCase("0x2000")]
    [TestCase("1,")]
    [TestCase("5-3")]
    [TestCase("-1")]
    [TestCase("video")]
    public void Pids_ThatAreNone_AreRefusedByName(string text)
    {
        var e = Assert.Catch<ArgumentException>(() => Make(text, "keep", "false"));

        Assert.That(e!.Message, Does.Contain("ts.filter").And.Contain("pids"));
    }

    private Component Make(string pids, string mode, string dropNull) =>
        twins.Make("ts.filter", ("pids", pids), ("mode", mode), ("drop_null", dropNull));

    private sealed class OneChunk : Component
    {
        private readonly Chunk _chunk;
        private readonly Outbox<Chunk> _outbox;

        public OneChunk(Chunk chunk)
        {
            _chunk = chunk;
            _outbox = AddOutbox<Chunk>("outbox");
        }

        protected override async Run RunAsync(CancellationToken stop) => await _outbox.SendAsync(_chunk, stop);
    }

    private sealed class SameSink : Component
    {
        private readonly Chunk _expected;
        private readonly Inbox<Chunk> _inbox;

        public SameSink(Chunk expected)
        {
            _expected = expected;
            _inbox = AddInbox<Chunk>("inbox");
        }

        public int Same { get; private set; }

        protected override async Run RunAsync(CancellationToken stop)
        {
            while (await _inbox.WaitAsync(stop))
            {
                while (_inbox.TryReceive(out var chunk))
                {
                    Same += chunk == _expected ? 1 : -100;
                    chunk.Dispose();
                }
            }
        }
    }
}

[TestFixture]
internal sealed class ManagedTsFilterTests() : TsFilterContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeTsFilterTests() : TsFilterContract(TwinMaker.Native);
