namespace Kamaelia.Benchmarks.Processes;

/// <summary>A program of the system that is measured when it is installed.</summary>
/// <param name="Name">As on the PATH.</param>
/// <param name="Packages">Debian's packages that bring it.</param>
internal sealed record Tool(string Name, string Packages)
{
    public static Tool GStreamer { get; } = new("gst-launch-1.0",
        "gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad");

    public static Tool FFmpeg { get; } = new("ffmpeg", "ffmpeg");

    public static Tool Iperf { get; } = new("iperf3", "iperf3");

    public static Tool Icecast { get; } = new("icecast2", "icecast2");

    public static Tool Nginx { get; } = new("nginx", "nginx-light");

    /// <summary>Where it is; null: it is not installed.</summary>
    public string? Path { get; } = Find(Name);

    /// <summary>The line that tells that a variant was left out.</summary>
    public Harness.Missing MissingFor(string variant) =>
        new(variant, $"skipped: {Name} is not installed (apt-get install {Packages})");

    // Daemons lie in sbin, which is not on everybody's PATH.
    private static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin".Split(':')
            .Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
