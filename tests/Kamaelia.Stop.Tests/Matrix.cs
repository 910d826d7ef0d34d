namespace Kamaelia.Stop.Tests;

/// <summary>Runs the whole matrix, a line a cell.</summary>
internal static class Matrix
{
    private static readonly SortedDictionary<string, List<double>> s_over = new(StringComparer.Ordinal);

    /// <summary>What the runtime opens at first use (its own poller, its signal pipe) is no graph's.</summary>
    public static void WarmUp()
    {
        foreach (var hurdle in Enum.GetValues<Hurdle>())
        {
            var cell = new Cell(When.Running, Who.Signal, hurdle);
            if (cell.NeedsPlugin && Probe.Missing is not null)
                continue;
            try
            {
                Rig.Run(cell);
            }
            catch (InvalidOperationException) when (hurdle != Hurdle.NativeComponentBusy)
            {
                // Descriptors of the runtime's own count as left behind the first time.
            }
        }
    }

    /// <summary>Every cell once. How many passed and failed.</summary>
    public static (int Passed, int Failed) Run(bool isVerbose)
    {
        int passed = 0, failed = 0;
        foreach (var cell in Cell.All)
        {
            if (cell.NeedsPlugin && Probe.Missing is { } why)
            {
                Console.WriteLine($"skipped  {cell}: {why}");
                continue;
            }
            try
            {
                var result = Rig.Run(cell);
                Note(cell, result);
                passed++;
                if (isVerbose)
                    Console.WriteLine($"ok       {cell}: {result.Text}, {result.Took.TotalMilliseconds:0.0} ms, "
                        + $"{result.Over.TotalMilliseconds:0.0} ms over");
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException)
            {
                failed++;
                Console.WriteLine($"FAILED   {cell}: {e.Message}");
            }
        }
        return (passed, failed);
    }

    private static void Note(Cell cell, CellResult result)
    {
        foreach (var key in (string[])[$"1 {cell.When}", $"2 {cell.Who}", $"3 {cell.Hurdle}"])
        {
            if (!s_over.TryGetValue(key, out var all))
                s_over.Add(key, all = []);
            all.Add(result.Over.TotalMilliseconds);
        }
    }

    /// <summary>How much over its graces the stops of each row took.</summary>
    public static void PrintOver()
    {
        Console.WriteLine($"{"ms over its graces",-26}{"median",8}{"99 %",8}{"max",8}{"stops",8}");
        foreach (var (key, all) in s_over)
        {
            all.Sort();
            Console.WriteLine($"  {key[2..],-24}{all[all.Count / 2],8:0.0}{all[all.Count * 99 / 100],8:0.0}"
                + $"{all[^1],8:0.0}{all.Count,8}");
        }
    }
}
