using Kamaelia.Catalogue;

namespace Kamaelia.Files;

/// <summary>Opens files and says in a sentence why one cannot be had.</summary>
internal static class FileOpening
{
    public static ValueTask<StoredFile> ForReadingAsync(FileStore files, string path, CancellationToken stop) =>
        OpenAsync(files, path, FileMode.Open, FileAccess.Read, stop);

    // Not FileMode.Append: a write names its place, and it starts at the file's length.
    public static ValueTask<StoredFile> ForWritingAsync(FileStore files, string path, bool append,
        CancellationToken stop) =>
        OpenAsync(files, path, append ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.Write, stop);

    private static async ValueTask<StoredFile> OpenAsync(FileStore files, string path, FileMode mode,
        FileAccess access, CancellationToken stop)
    {
        bool isRead = access == FileAccess.Read;
        try
        {
            return await files.OpenAsync(path, mode, access, stop).ConfigureAwait(false);
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
            throw Unavailable(files.IsFolder(path)
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
