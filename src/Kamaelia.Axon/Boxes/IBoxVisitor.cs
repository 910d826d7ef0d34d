namespace Kamaelia.Axon;

/// <summary>Does something with boxes whose message type only they know.</summary>
internal interface IBoxVisitor
{
    void Visit<T>(Inbox<T> inbox);

    void Visit<T>(Outbox<T> outbox);
}
