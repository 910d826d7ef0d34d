namespace Kamaelia.Tests.Support;

/// <summary>What a test needs of the machine it runs on.</summary>
internal static class Machine
{
    public static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("skipped, because it needs Linux");
    }
}
