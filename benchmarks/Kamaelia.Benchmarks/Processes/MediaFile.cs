namespace Kamaelia.Benchmarks.Processes;

/// <summary>A transport stream on the disk, as long as a measurement needs it: the repository's sample, over and
/// over. Removed when the bench ends.</summary>
internal sealed class MediaFile
{
    private static readonly List<string> s_made = [];

    private MediaFile(string path) => Path = path;

    /// <summary>The sample itself.</summary>
    public static string Sample { get; } = FindSample();

    public static long SampleBytes => new FileInfo(Sample).Length;

    public string Path { get; }

    public static MediaFile Of(int times)
    {
        string path = System.IO.Path.Combine(
            System.IO.Path.GetTempPath(), $"kamaelia-bench-{Environment.ProcessId}-{times}.ts");
        byte[] sample = File.ReadAllBytes(Sample);
        using (FileStream file = File.Create(path))
        {
            for (int i = 0; i < times; i++)
                file.Write(sample);
        }
        lock (s_made)
            s_made.Add(path);
        return new MediaFile(path);
    }

    /// <summary>The whole file, or one of a packet for what a program takes to start.</summary>
    public string Part(long packets) => packets > 1 ? Path : Tiny.Value.Path;

    private static Lazy<MediaFile> Tiny { get; } = new(() => Of(1));

    /// <summary>Removes what was made.</summary>
    public static void RemoveAll()
    {
        lock (s_made)
        {
            s_made.ForEach(File.Delete);
            s_made.Clear();
        }
    }

    private static string FindSample()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string sample = System.IO.Path.Combine(folder.FullName, "tests", "data", "sample.ts");
            if (File.Exists(sample))
                return sample;
        }
        throw new FileNotFoundException("tests/data/sample.ts is not above the bench");
    }
}
