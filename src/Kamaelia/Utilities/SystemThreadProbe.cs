using System.Globalization;
using Kamaelia.Axon;

namespace Kamaelia.Utilities;

/// <summary>What Linux tells of a thread: its state, system call and place in the kernel. Elsewhere nothing.</summary>
public sealed class SystemThreadProbe : ThreadProbe
{
    /// <inheritdoc/>
    public override int CurrentThreadId
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return 0;
            try
            {
                string? link = new FileInfo("/proc/thread-self").LinkTarget; // "1234/task/1240"
                return int.TryParse(Path.GetFileName(link), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                    ? id : 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return 0; // Only the report is poorer for it.
            }
        }
    }

    /// <inheritdoc/>
    public override string Describe(int threadId)
    {
        if (threadId <= 0 || !OperatingSystem.IsLinux())
            return "";
        string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{threadId}/");
        string stat = Read(folder + "stat");
        int end = stat.LastIndexOf(')'); // Of the thread's name, which may hold anything.
        string call = Read(folder + "syscall").Split(' ')[0];
        string place = Read(folder + "wchan");
        List<string> parts = [];
        if (end > 0 && stat.Length > end + 2)
            parts.Add($"state {stat[end + 2]}");
        if (call.Length > 0)
            parts.Add(call == "running" ? call : $"system call {call}");
        if (place.Length > 0 && place != "0")
            parts.Add($"in {place}");
        return string.Join(", ", parts);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // The thread has ended, or the system does not tell.
        }
    }
}
