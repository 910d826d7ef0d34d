using Kamaelia.Catalogue;
using Microsoft.Win32.SafeHandles;

namespace Kamaelia.Files;

/// <summary>Opens files off the scheduler's thread and says in a sentence why one cannot be had.</summary>
internal static class FileOpening
{
    public const string StandardStream = "-";

    public static Task<SafeFileHandle> ForReadingAsync(string path, CancellationToken stop) => path == StandardStream
        ? Task.FromResult(new SafeFileHandle(0, ownsHandle: false))
        : OpenAsync(path, FileMode.Open, FileAccess.Read, stop);

    public static Task<SafeFileHandle> ForWritingAsync(string path, bool append, CancellationToken stop) =>
        path == StandardStream
            ? Task.FromResult(new SafeFileHandle(1, ownsHandle: false))
            // Not FileMode.Append: a positional write is what the handle is for, and it starts at the file's length.
            : OpenAsync(path, append ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.Write, stop);

    /// <summary>False for a pipe, a terminal and the like.</summary>
    public static bool CanSeek(SafeFileHandle file) => TryGetLength(file, out _);

    public static bool TryGetLength(SafeFileHandle file, out long bytes)
    {
        try
        {
            bytes = RandomAccess.GetLength(file);
            return true;
        }
        catch (NotSupportedException)
        {
            bytes = 0;
            return false;
        }
    }

    /// <summary>Opening a named pipe lasts until its other end is opened, and a network drive may be slow.</summary>
    private static async Task<SafeFileHandle> OpenAsync(string path, FileMode mode, FileAccess access,
        CancellationToken stop)
    {
        var opening = Task.Run(() => Open(path, mode, access), CancellationToken.None);
        try
        {
            return await opening.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            _ = opening.ContinueWith(static late => late.Result.Dispose(), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private static SafeFileHandle Open(string path, FileMode mode, FileAccess access)
    {
        bool isRead = access == FileAccess.Read;
        try
        {
            return File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException e)
        {
            throw Unavailable($"There is no file '{path}'.", e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw Unavailable(isRead ? $"There is no file '{path}'." : $"There is no folder to put '{path}' in.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Unavailable(Directory.Exists(path)
                ? $"'{path}' is a folder, not a file."
                : $"'{path}' may not be {(isRead ? "read" : "written")} by this user.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw Unavailable($"'{path}' cannot be opened: {e.Message}", e);
        }
    }

    private static ResourceUnavailableException Unavailable(string message, Exception cause) =>
        new("path", message, cause);
}
