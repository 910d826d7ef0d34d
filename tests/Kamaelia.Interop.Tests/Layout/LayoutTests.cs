using System.Runtime.InteropServices;
using Kamaelia.Interop.Native;

namespace Kamaelia.Interop.Tests;

/// <summary>What the loaded library measured of its structs, against what this process measures of theirs.</summary>
public sealed unsafe class LayoutTests
{
    /// <summary>One struct as the library reports it.</summary>
    private sealed record Reported(Type Mirror, string[] Names, int Bytes, int Members, int[] Offsets);

    private static uint[] Values()
    {
        var values = new uint[NativeMethods.kam_layout_get(null, 0)];
        fixed (uint* first = values)
            Assert.That(NativeMethods.kam_layout_get(first, (uint)values.Length), Is.EqualTo(values.Length));
        return values;
    }

    private static List<Reported> ReadReport()
    {
        var values = new Queue<uint>(Values());
        var structs = new List<Reported>();
        foreach (var (type, fields) in LayoutTable.Structs)
        {
            var bytes = (int)values.Dequeue();
            var members = (int)values.Dequeue();
            var offsets = fields.Select(_ => (int)values.Dequeue()).ToArray();
            structs.Add(new Reported(type, fields, bytes, members, offsets));
        }
        Assert.That(values, Is.Empty, "the library reports more than the table names");
        return structs;
    }

    [Test]
    public void Report_CutShort_WritesNoMoreThanItMay()
    {
        var values = new uint[] { 7, 7 };
        fixed (uint* first = values)
            Assert.That(NativeMethods.kam_layout_get(first, 1), Is.EqualTo(Values().Length));
        Assert.That(values[0], Is.EqualTo(sizeof(kam_text)));
        Assert.That(values[1], Is.EqualTo(7));
    }

    [Test]
    public void Mirror_MeasuredHere_IsWhatTheLibraryMeasured() => Assert.Multiple(() =>
    {
        foreach (var reported in ReadReport())
        {
            var type = reported.Mirror;
            var fields = MeasuredLayout.Fields(type);
            Assert.That(MeasuredLayout.SizeOf(type), Is.EqualTo(reported.Bytes), $"sizeof {type.Name}");
            Assert.That(MeasuredLayout.MemberCount(type), Is.EqualTo(reported.Members), $"members of {type.Name}");
            Assert.That(fields.Select(field => field.Name), Is.EqualTo(reported.Names), type.Name);
            var offsets = fields.Select(MeasuredLayout.OffsetOf);
            Assert.That(offsets, Is.EqualTo(reported.Offsets), $"offsets of {type.Name}");
        }
    });

    [Test]
    public void MeasuredLayout_OfAStructWithPadding_FindsIt()
    {
        var fields = MeasuredLayout.Fields(typeof(Padded));

        Assert.That(fields.Select(MeasuredLayout.OffsetOf), Is.EqualTo(new[] { 0, 8, 16 }));
        Assert.That(MeasuredLayout.SizeOf(typeof(Padded)), Is.EqualTo(24));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Padded
    {
        public byte First;
        public long Second;
        public byte Third;
    }
}
