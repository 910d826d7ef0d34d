using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.Supervision;

public sealed class QueueTests
{
    [Test]
    public async Task Keep_WhatWaits_GoesToTheNextInstanceInOrder()
    {
        await using var group = new Group();
        var a = group.Frail("a");
        var recorder = group.RecorderOf(a);
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(1, 2, -3, 4, 5);
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2 }));
        feeder.Send(6, 7);
        Assert.That(a.FindInbox("inbox").Count, Is.EqualTo(4), "They wait in the place.");
        group.Advance(100);
        feeder.Send(8);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 2, 4, 5, 6, 7, 8 }));
        Assert.That(recorder.InboxEnd, Is.Null, "The stream goes on through a restart.");
        Assert.That(group.Faults.Single().MessageNumber, Is.EqualTo(3));
        Assert.That(Group.Counter(a, "kept"), Is.EqualTo(2));
    }

    [Test]
    public async Task Drop_WhatWaits_IsCountedAndWhatComesLaterStays()
    {
        await using var group = new Group(Group.Plain with { Queue = RestartQueue.Drop });
        var a = group.Frail("a");
        var recorder = group.RecorderOf(a);
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(1, -2, 3, 4);
        feeder.Send(5);
        group.Advance(100);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 5 }));
        Assert.That(Group.Counter(a, "dropped"), Is.EqualTo(2));
    }

    [Test]
    public async Task DeadLetter_WhatWaits_GoesOutWithItsPlaceAndBox()
    {
        await using var group = new Group(Group.Plain with { Queue = RestartQueue.DeadLetter });
        var a = group.Frail("a");
        var recorder = group.RecorderOf(a);
        var letters = group.Manual.Add(new Recorder<DeadLetter> { Name = "letters" });
        group.Graph.Link(group.Supervisor.DeadLetters, letters.Inbox);
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(1, -2, 3, 4);
        feeder.Send(5);
        group.Advance(100);

        Assert.That(letters.Received.Select(l => (l.Path, l.Box, l.Message)),
            Is.EqualTo(new[] { ("/test/group/a", "inbox", (object)3), ("/test/group/a", "inbox", 4) }));
        Assert.That(recorder.Received, Is.EqualTo(new[] { 1, 5 }));
        Assert.That(Group.Counter(a, "dead_letters"), Is.EqualTo(2));
        Assert.That(Group.Counter(group.Supervisor, "letters_lost"), Is.Zero);
    }

    [Test]
    public async Task DeadLetter_WithASlowReceiver_WaitsForRoomAndLosesNone()
    {
        await using var group = new Group(Group.Plain with { Queue = RestartQueue.DeadLetter });
        var a = group.Frail("a");
        group.RecorderOf(a);
        var slow = group.Manual.Puppet<DeadLetter>("slow");
        group.Graph.Link(group.Supervisor.DeadLetters, slow.Inbox, new LinkOptions(2));
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(-1, 2, 3, 4, 5, 6);
        group.Advance(100);
        Assert.That(a.Restarts, Is.EqualTo(1), "A slow receiver of letters holds nobody up.");
        var got = new List<object>();
        for (int i = 0; i < 3; i++)
            got.AddRange(slow.Take().Select(l => l.Message));

        Assert.That(got, Is.EqualTo(new object[] { 2, 3, 4, 5, 6 }));
    }

    [TestCase(RestartQueue.Keep)]
    [TestCase(RestartQueue.Drop)]
    [TestCase(RestartQueue.DeadLetter)]
    public async Task Chunks_WhateverBecomesOfThem_AreReleased(RestartQueue queue)
    {
        long before = ChunkPool.TotalOutstanding();
        await using (var group = new Group(Group.Plain with { Queue = queue, RestartsMax = 2 }, stopOnFault: false))
        {
            var a = group.Supervisor.Add("a", () => new Work<Chunk, Chunk>(async (inbox, _, stop) =>
            {
                while (await inbox.WaitAsync(stop))
                {
                    while (inbox.TryReceive(out var chunk))
                    {
                        byte first = chunk.Span[0];
                        chunk.Dispose();
                        if (first == 0)
                            throw new InvalidDataException("zero");
                    }
                }
            }));
            var feeder = group.Manual.Puppet<Chunk>("feeder");
            group.Graph.Link(feeder.Outbox, (Inbox<Chunk>)a.FindInbox("inbox"));
            group.Start();
            for (int i = 0; i < 4; i++)
            {
                feeder.Do(() =>
                {
                    for (byte b = 0; b < 5; b++)
                    {
                        var chunk = Chunk.Rent(8);
                        chunk.Writable.Fill(b);
                        if (!feeder.Outbox.TrySend(chunk))
                            chunk.Dispose();
                    }
                });
                await group.Manual.RunUntil(() => group.Faults.Any(), "the first falls");
                group.Advance(1000);
            }
            await group.Manual.RunUntil(() => group.Supervisor.State == ComponentState.Ended, "too many restarts");
        }
        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before));
    }

    [Test]
    public async Task DeadLetters_WithChunks_KeepTheirReferenceForTheReceiver()
    {
        long before = ChunkPool.TotalOutstanding();
        DeadLetter last;
        await using (var group = new Group(Group.Plain with { Queue = RestartQueue.DeadLetter }))
        {
            var a = group.Supervisor.Add("a", () => new Work<Chunk, Chunk>(async (inbox, _, stop) =>
            {
                await inbox.WaitAsync(stop);
                inbox.TryReceive(out var chunk);
                chunk.Dispose();
                throw new InvalidDataException("always");
            }));
            var splitter = group.Manual.Add(new Splitter<DeadLetter>());
            Puppet<DeadLetter> one = group.Manual.Puppet<DeadLetter>("one");
            Puppet<DeadLetter> two = group.Manual.Puppet<DeadLetter>("two");
            group.Graph.Link(group.Supervisor.DeadLetters, splitter.Inbox);
            group.Graph.Link(splitter.AddOutput(), one.Inbox);
            group.Graph.Link(splitter.AddOutput(), two.Inbox);
            var feeder = group.Manual.Puppet<Chunk>("feeder");
            group.Graph.Link(feeder.Outbox, (Inbox<Chunk>)a.FindInbox("inbox"));
            group.Start();
            feeder.Do(() =>
            {
                for (byte b = 1; b < 4; b++)
                {
                    var chunk = Chunk.Rent(8);
                    chunk.Writable.Fill(b);
                    feeder.Outbox.TrySend(chunk);
                }
            });
            await group.Manual.RunUntil(() => one.Inbox.Count == 2 && two.Inbox.Count == 2, "both have the letters");

            one.Take().ForEach(l => l.Dispose());
            var left = two.Take();
            Assert.That(left.Select(l => ((Chunk)l.Message).Span[0]), Is.EqualTo(new[] { 2, 3 }),
                "Until its last receiver has done with it.");
            left[0].Dispose();
            last = left[1];
            Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before + 1), "One letter is still held.");
        }
        last.Dispose();
        Assert.That(ChunkPool.TotalOutstanding(), Is.EqualTo(before));
    }

    [Test]
    public async Task Place_WhileTheChildIsDown_IsBoundedAsTheChildsInbox()
    {
        await using var group = new Group();
        var a = group.Frail("a");
        var recorder = group.RecorderOf(a);
        var feeder = group.FeederOf(a, new LinkOptions(3));
        group.Start();

        feeder.Send(-1);
        Assert.That(feeder.Ask(() => feeder.Outbox.Room), Is.EqualTo(3));
        Task sending = feeder.Begin(async () =>
        {
            for (int i = 1; i <= 10; i++)
                await feeder.Outbox.SendAsync(i, feeder.Stop);
        });
        Assert.That(a.FindInbox("inbox").Count, Is.EqualTo(3));
        Assert.That(sending.IsCompleted, Is.False);
        group.Advance(100);

        Assert.That(recorder.Received, Is.EqualTo(Enumerable.Range(1, 10)));
        Assert.That(sending.IsCompletedSuccessfully);
        Assert.That(a.Instance!.FindInbox("inbox").Capacity, Is.EqualTo(3),
            "The linkage's capacity is the next one's too.");
    }

    [TestCase(LinkPolicy.DropOldest, "8 9")]
    [TestCase(LinkPolicy.DropNewest, "1 2")]
    [TestCase(LinkPolicy.KeepLatest, "9")]
    [TestCase(LinkPolicy.Unbounded, "1 2 3 4 5 6 7 8 9")]
    public async Task Policy_OfTheLinkage_HoldsWhileTheChildIsDown(LinkPolicy policy, string kept)
    {
        await using var group = new Group();
        var a = group.Frail("a");
        var recorder = group.RecorderOf(a);
        var feeder = group.FeederOf(a,
            new LinkOptions(policy is LinkPolicy.KeepLatest or LinkPolicy.Unbounded ? null : 2, null, policy));
        group.Start();

        feeder.Send(-1);
        Assert.That(feeder.Send(1, 2, 3, 4, 5, 6, 7, 8, 9));
        group.Advance(100);

        Assert.That(string.Join(' ', recorder.Received), Is.EqualTo(kept));
    }

    [Test]
    public async Task InputThatEnds_WhileTheChildIsDown_IsHeardByTheNext()
    {
        await using var group = new Group();
        var a = group.Frail("a");
        var recorder = group.RecorderOf(a);
        var feeder = group.FeederOf(a);
        group.Start();

        feeder.Send(-1, 2);
        feeder.Finish();
        Assert.That(recorder.InboxEnd, Is.Null);
        group.Advance(100);

        Assert.That(recorder.Received, Is.EqualTo(new[] { 2 }));
        Assert.That(recorder.InboxEnd, Is.EqualTo(EndReason.Completed));
        Assert.That(group.Supervisor.End, Is.EqualTo(EndReason.Completed));
    }
}
