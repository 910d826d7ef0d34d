namespace Kamaelia.Cli.Tests;

/// <summary>The tests leave no folder behind.</summary>
[SetUpFixture]
public sealed class FolderCleanup
{
    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(ToolProcess.Folder, recursive: true);
}
