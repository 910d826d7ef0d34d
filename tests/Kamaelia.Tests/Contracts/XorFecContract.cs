using Kamaelia.Axon;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Contracts;

/// <summary>fec.xor and fec.xor.recover.</summary>
public abstract class XorFecContract(TwinMaker twins)
{
    private static readonly Message[] s_few = [Message.Of("ab", 1), Message.Of("", 2), Message.Of("c", 3)];

    [Test]
    public void Adder_AGroup_GoesOutAsTheHeaderSays()
    {
        var output = Graphs.Through(s_few, twins.Make("fec.xor", ("group", "2")));

        Assert.That(output, Is.EqualTo(new[]
        {
            new Message([1, 0, 2, 0, 0, 0, 0, 0, (byte)'a', (byte)'b'], 1),
            new Message([1, 1, 2, 0, 0, 0, 0, 0], 2),
            new Message([2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, (byte)'a', (byte)'b'], 2),
            new Message([1, 0, 2, 0, 0, 0, 0, 1, (byte)'c'], 3),
            new Message([2, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 1, (byte)'c'], 3),
        }));
    }

    [TestCase("2")]
    [TestCase("10")]
    [TestCase("255")]
    public void Recover_AnyOnePacketOfEachGroupLost_AllComeBackInOrder(string group)
    {
        var input = Enumerable.Range(0, 600).Select(i => (Message)Cuts.RandomBytes(i, i * 37 % 1400)).ToList();
        var sent = Graphs.Through(input, twins.Make("fec.xor", ("group", group)));
        int size = int.Parse(group) + 1;
        for (int lost = 0; lost < size; lost += Math.Max(1, size / 7))
        {
            var recover = twins.Make("fec.xor.recover");

            var output = Graphs.Through(sent.Where((_, i) => i % size != lost), recover);

            Assert.That(output, Is.EqualTo(input), $"without {lost} of each group");
            Assert.That(Graphs.Counter(recover, "lost"), Is.Zero);
        }
    }

    [Test]
    public void Recover_APacketGotBack_HasTheStampOfTheOneThatMadeItPossible()
    {
        var sent = Graphs.Through(s_few[..2], twins.Make("fec.xor", ("group", "2")));
        sent[2] = sent[2] with { Tag = 9, PtsNs = 5, Flags = ChunkFlags.Discontinuity };

        var output = Graphs.Through(sent[1..], twins.Make("fec.xor.recover"));

        Assert.That(output, Is.EqualTo(new[] { new Message("ab"u8.ToArray(), 9, 5), s_few[1] }));
    }

    [Test]
    public void Recover_TwoLostOfAGroup_TheOthersGoOnAndTheLostAreCounted()
    {
        var input = Enumerable.Range(0, 8).Select(i => (Message)Cuts.RandomBytes(i, 20 + i)).ToList();
        var sent = Graphs.Through(input, twins.Make("fec.xor", ("group", "4")));
        sent.RemoveRange(1, 2);
        var recover = twins.Make("fec.xor.recover");

        var output = Graphs.Through(sent, recover);

        Assert.That(output, Is.EqualTo(input.Where((_, i) => i is not (1 or 2))));
        Assert.That(Graphs.Counter(recover, "lost"), Is.EqualTo(2));
        Assert.That(Graphs.Counter(recover, "recovered"), Is.Zero);
    }

    [Test]
    public async Task Recover_NothingLost_SendsEachPacketAtOnce()
    {
        var sent = Graphs.Through(s_few, twins.Make("fec.xor", ("group", "200")));
        var sink = new ChunkSink();
        await using var graph = new Graph();
        var feeder = new Feeder([.. sent.Take(3)]);
        graph.Pipe(feeder, twins.Make("fec.xor.recover"), sink);
        graph.Start();

        await Graphs.UntilAsync(() => sink.Messages.Count == 3, "three packets of a group of 200");

        feeder.Finish();
        await graph.Completion.WaitAsync(Graphs.Bound);
        Assert.That(sink.Messages, Is.EqualTo(s_few));
    }

    [Test]
    public void Recover_PacketsThatNoSenderMakes_AreDroppedAndCounted()
    {
        var recover = twins.Make("fec.xor.recover");
        Message[] bad =
        [
            new([]), new([1, 0, 2, 0, 0, 0, 0]), new([0, 0, 2, 0, 0, 0, 0, 0]), new([3, 0, 2, 0, 0, 0, 0, 0]),
            new([1, 2, 2, 0, 0, 0, 0, 0]), new([1, 0, 1, 0, 0, 0, 0, 0]), new([1, 0, 2, 1, 0, 0, 0, 0]),
            new([2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]), new([2, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            new([2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
        ];
        Message[] untrue = // A payload, and parities that say more bytes than they have, or are shorter than it.
        [
            new([1, 0, 2, 0, 0, 0, 0, 0, 1, 2, 3]), new([2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 77, 1, 2, 3]),
            new([2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        ];

        var output = Graphs.Through([.. bad, .. untrue], recover);

        Assert.That(output, Is.EqualTo(new Message[] { new([1, 2, 3]) }));
        Assert.That(Graphs.Counter(recover, "malformed"), Is.EqualTo(bad.Length + 2));
    }

    [TestCase("1")]
    [TestCase("256")]
    public void Group_OutOfRange_IsRefusedByName(string text)
    {
        var e = Assert.Catch<ArgumentException>(() => twins.Make("fec.xor", ("group", text)));

        Assert.That(e!.Message, Does.Contain("fec.xor").And.Contain("group").And.Contain(text));
    }
}

/// <summary>Sends some messages, and ends when it is told.</summary>
internal sealed partial class Feeder(IReadOnlyList<Message> messages) : Component
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Port("The messages.")] public partial Outbox<Chunk> Outbox { get; }

    public void Finish() => _end.TrySetResult();

    protected override async Run RunAsync(CancellationToken stop)
    {
        foreach (var message in messages)
            await Outbox.SendAsync(message.ToChunk(), stop);
        await _end.Task.WaitAsync(stop);
    }
}

[TestFixture]
internal sealed class ManagedXorFecTests() : XorFecContract(TwinMaker.Managed);

[TestFixture]
internal sealed class NativeXorFecTests() : XorFecContract(TwinMaker.Native);
