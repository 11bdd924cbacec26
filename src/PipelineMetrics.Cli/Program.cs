using PipelineMetrics.Cli;

return await CommandTree.RunAsync(args, Shell.OfThisProcess());
