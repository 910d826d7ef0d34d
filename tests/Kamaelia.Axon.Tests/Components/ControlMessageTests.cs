using Kamaelia.Axon.Tests.Harness;

namespace Kamaelia.Axon.Tests.ComponentModel;

public sealed class ControlMessageTests
{
    [Test]
    public void Messages_KeepWhatTheyWereGiven()
    {
        var caller = new Recorder<int>();
        var error = new InvalidDataException();

        Assert.That(new ProducerFinished(caller, 5), Is.EqualTo(new ProducerFinished(caller, 5)));
        Assert.That(new ProducerFinished(caller, 5),
            Has.Property("Caller").SameAs(caller).And.Property("Message").EqualTo(5));
        Assert.That(new ShutdownMicroprocess(caller).Caller, Is.SameAs(caller));
        Assert.That(new ErrorInformation(caller, error, "text"),
            Has.Property("Caller").SameAs(caller).And.Property("Exception").SameAs(error)
                .And.Property("Message").EqualTo("text"));
        Assert.That(new Notify(caller, "payload"),
            Has.Property("Caller").SameAs(caller).And.Property("Payload").EqualTo("payload"));
        Assert.That(new Status("text"), Is.EqualTo(new Status("text")));
    }

    [Test]
    public void Messages_AreAllControlMessages()
    {
        var caller = new Recorder<int>();
        ControlMessage[] all =
        [
            new ProducerFinished(null, null), new ShutdownMicroprocess(null), new ErrorInformation(caller, null, null),
            new Notify(caller, 1), new Status(1),
        ];

        Assert.That(all.Distinct().Count(), Is.EqualTo(all.Length));
    }
}
