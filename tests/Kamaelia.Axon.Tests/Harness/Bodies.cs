using Kamaelia.Axon;

namespace Kamaelia.Axon.Tests.Harness;

/// <summary>Components without boxes, from a lambda.</summary>
internal static class Bodies
{
    public static Component Of(Action<CancellationToken> body)
        => new Body(stop =>
        {
            body(stop);
            return Task.CompletedTask;
        });

    public static Component Async(Func<CancellationToken, Task> body) => new Body(body);

    private sealed class Body(Func<CancellationToken, Task> body) : Component
    {
        protected override Run RunAsync(CancellationToken stop) => Run.FromTask(() => body(stop));
    }
}
