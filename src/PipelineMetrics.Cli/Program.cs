using PipelineMetrics.Cli;

var shell = Shell.OfThisProcess();
var code = await CommandTree.RunAsync(args, shell);
shell.GiveBack();
return code;
