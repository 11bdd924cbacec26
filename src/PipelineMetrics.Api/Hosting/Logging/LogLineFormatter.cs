using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace PipelineMetrics.Api.Hosting.Logging;

/// <summary>One event, one line: time, level, source, message, trace, exception. Nothing a caller sends can begin a line.</summary>
internal sealed class LogLineFormatter : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        output.Write($" {Name(logEvent.Level)} {Source(logEvent)}: ");
        output.Write(LogText.OneLine(Message(logEvent)));
        if (logEvent.Level >= LogEventLevel.Warning && logEvent.TraceId is { } trace) output.Write($" trace={trace.ToHexString()}");
        if (logEvent.Exception is { } cause) output.Write($" exception={LogText.OneLine(cause.ToString())}");
        output.WriteLine();
    }

    // Texts without the quotes that Serilog puts around them: people and scripts read these lines.
    private static string Message(LogEvent logEvent)
    {
        var message = new StringWriter();
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken { Format: null } named
                && logEvent.Properties.TryGetValue(named.PropertyName, out var value) && value is ScalarValue { Value: string text })
            {
                message.Write(text);
            }
            else token.Render(logEvent.Properties, message);
        }
        return message.ToString();
    }

    private static string Name(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "TRC",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Error => "ERR",
        _ => "FTL",
    };

    private static string Source(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue("SourceContext", out var source) && source is ScalarValue { Value: string name }
            ? name[(name.LastIndexOf('.') + 1)..]
            : "-";
}
