namespace PipelineMetrics.Importing;

/// <summary>git could not be run, or would not answer; the message is its own. Nothing is known of the history then, not even that it is empty.</summary>
/// <param name="message">What it said.</param>
/// <param name="cause">Why it could not be run.</param>
public sealed class GitException(string message, Exception? cause = null) : Exception(message, cause);
