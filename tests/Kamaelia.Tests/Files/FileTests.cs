using System.Diagnostics;
using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Files;
using Kamaelia.Tests.Support;

namespace Kamaelia.Tests.Files;

/// <summary>file.read and file.write, on real files.</summary>
public sealed class FileTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("kamaelia-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string name, byte[]? bytes = null)
    {
        string path = Path.Combine(_folder, name);
        if (bytes is not null)
            File.WriteAllBytes(path, bytes);
        return path;
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(64_484)]
    [TestCase(64_485)]
    [TestCase(1_000_000)]
    public async Task Read_AFile_GivesItsBytesInChunksOfOneLength(int bytes)
    {
        byte[] content = Cuts.RandomBytes(bytes, bytes);
        var reader = new FileReader(PathOf("in", content));
        var sink = new ChunkSink();

        await Graphs.RunAsync(reader, sink);

        Assert.That(sink.Bytes, Is.EqualTo(content));
        Assert.That(sink.Messages.SkipLast(1).Select(message => message.Bytes.Length), Is.All.EqualTo(64_484));
        Assert.That(reader.BytesRead, Is.EqualTo(bytes));
        Assert.That(reader.End!.Kind, Is.EqualTo(EndKind.Completed));
    }

    [Test]
    public async Task Read_Looping_StartsAgainUntilItIsStopped()
    {
        byte[] content = Cuts.RandomBytes(1, 1000);
        var reader = new FileReader(PathOf("in", content)) { ChunkBytes = 300, Loop = true };
        var sink = new ChunkSink();
        await using (var graph = new Graph())
        {
            graph.Pipe(reader, sink);
            graph.Start();
            await Graphs.UntilAsync(() => reader.BytesRead > 10_000, "ten rounds");
            await graph.StopAsync();
        }
        byte[] read = sink.Bytes;
        Assert.That(read.Length, Is.GreaterThanOrEqualTo(10_000));
        Assert.That(read[..1000], Is.EqualTo(content));
        Assert.That(read[1000..2000], Is.EqualTo(content));
        Graphs.AssertNothingLeft();
    }

    [Test]
    public async Task Read_LoopingAnEmptyFile_Ends()
    {
        await Graphs.RunAsync(new FileReader(PathOf("in", [])) { Loop = true }, new ChunkSink());
    }

    [Test]
    public async Task Read_APipe_IsReadToItsEndAndCanBeStoppedBefore()
    {
        Machine.RequireLinux();
        string pipe = PathOf("pipe");
        using (var make = Process.Start("mkfifo", pipe))
            await make.WaitForExitAsync();
        var writing = Task.Run(() => File.WriteAllBytes(pipe, Cuts.RandomBytes(1, 300_000)));
        var sink = new ChunkSink();
        await Graphs.RunAsync(new FileReader(pipe), sink);
        await writing;
        Assert.That(sink.Bytes, Is.EqualTo(Cuts.RandomBytes(1, 300_000)));

        using var writer = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite); // Open, and nothing is written.
        await using var graph = new Graph();
        graph.Pipe(new FileReader(pipe), new ChunkSink());
        graph.Start();
        await Task.Delay(50);
        await graph.StopAsync();
        Graphs.AssertNothingLeft();
    }

    [Test]
    public async Task Read_AMissingFileOrAFolder_IsUnavailableAndNamed()
    {
        var missing = await Graphs.FaultOfAsync(new FileReader(PathOf("nowhere.ts")), new ChunkSink());
        var folder = await Graphs.FaultOfAsync(new FileReader(_folder), new ChunkSink());

        Assert.That(missing, Is.InstanceOf<ResourceUnavailableException>().With.Property("OptionName").EqualTo("path"));
        Assert.That(missing.Message, Is.EqualTo($"There is no file '{PathOf("nowhere.ts")}'."));
        Assert.That(folder, Is.InstanceOf<ResourceUnavailableException>());
        Assert.That(folder.Message, Is.EqualTo($"'{_folder}' is a folder, not a file."));
    }

    [Test]
    public async Task Write_SmallAndLargeChunks_AreAllThereInOrder([Values] bool append)
    {
        var random = new Random(1);
        var input = Enumerable.Range(0, 500).Select(i =>
            (Message)Cuts.RandomBytes(i, i % 50 == 0 ? 200_000 : random.Next(3000)))
            .ToList();
        byte[] before = Cuts.RandomBytes(9, 5000);
        var writer = new FileWriter(PathOf("out", before)) { Append = append, Sync = true };

        await Graphs.RunAsync(new ChunkSource(input), writer);

        byte[] expected = [.. append ? before : [], .. input.SelectMany(message => message.Bytes)];
        Assert.That(File.ReadAllBytes(writer.FilePath), Is.EqualTo(expected));
        Assert.That(writer.BytesWritten, Is.EqualTo(input.Sum(message => message.Bytes.Length)));
    }

    [Test]
    public async Task Write_ChunksThatComeSlowly_AreInTheFileBeforeTheEnd()
    {
        var writer = new FileWriter(PathOf("out"));
        await using var graph = new Graph();
        graph.Add(writer);
        var input = graph.Input(writer.Inbox);
        graph.Start();
        await input.PostAsync(Chunk.CopyOf("first"u8));
        await Graphs.UntilAsync(() => writer.BytesWritten == 5, "the first chunk in the file");
        Assert.That(File.ReadAllText(writer.FilePath), Is.EqualTo("first"));
        input.Complete();
        await graph.Completion.WaitAsync(Graphs.Bound);
    }

    [Test]
    public async Task Write_AFullDisk_IsAFaultThatSaysHowFarItGot()
    {
        Machine.RequireLinux();
        var fault = await Graphs.FaultOfAsync(new ChunkSource([new byte[1000]]), new FileWriter("/dev/full"));

        Assert.That(fault, Is.InstanceOf<IOException>());
        Assert.That(fault.Message, Does.StartWith("Writing '/dev/full' failed after 0 bytes: "));
    }

    [Test]
    public async Task Write_WhereNoFileCanBe_IsUnavailableAndNamed()
    {
        var fault = await Graphs.FaultOfAsync(new ChunkSource([]), new FileWriter(PathOf("no/such/folder/out")));

        Assert.That(fault, Is.InstanceOf<ResourceUnavailableException>());
        Assert.That(fault.Message, Does.StartWith("There is no folder to put '"));
    }

    [Test]
    public void Create_OpensNothing()
    {
        string path = PathOf("never");

        FileWriter.Create(OptionValues.Of(FileWriter.Info, ("path", path)));
        FileReader.Create(OptionValues.Of(FileReader.Info, ("path", path)));

        Assert.That(File.Exists(path), Is.False);
    }
}
