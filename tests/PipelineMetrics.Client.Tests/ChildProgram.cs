namespace PipelineMetrics.Client.Tests;

/// <summary>The runner that is killed.</summary>
internal static class ChildProgram
{
    public static Task<int> Main(string[] arguments) => Task.FromResult(arguments.Length);
}
