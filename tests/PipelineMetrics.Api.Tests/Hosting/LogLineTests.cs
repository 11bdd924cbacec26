using PipelineMetrics.Api.Hosting.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace PipelineMetrics.Api.Tests.Hosting;

public sealed class LogLineTests
{
    [Theory]
    [InlineData("a\r\n2026-01-01T00:00:00.000Z ERR forged"), InlineData("\u001b[31mred"), InlineData("\u009b31m"), InlineData("a\u2028b\u202Ec\u0000\tå {Evil} {0}")]
    public void User_text_stays_on_its_line_and_moves_no_cursor(string text)
    {
        var line = Line(logger => logger.Information("Task {Id} came", text));
        line.ShouldEndWith(Environment.NewLine);
        line.TrimEnd('\n').Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u202E').ShouldBeFalse();
        line.ShouldContain("INF -: Task ");
    }

    [Fact]
    public void An_exception_is_one_line_too()
    {
        var line = Line(logger => logger.Error(new InvalidOperationException("first\nsecond"), "It failed"));
        line.Count(letter => letter == '\n').ShouldBe(1);
        line.ShouldContain(@"exception=System.InvalidOperationException: first\nsecond");
    }

    [Fact]
    public void The_source_is_the_class_and_plain_text_is_left_alone()
    {
        Line(logger => logger.ForContext(Constants.SourceContextPropertyName, "A.B.Journal").Warning("full")).ShouldContain("WRN Journal: full");
        LogText.OneLine("grün 日本 😀").ShouldBe("grün 日本 😀");
    }

    private static string Line(Action<ILogger> log)
    {
        var sink = new Lines();
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        log(logger);
        return sink.Text.ToString();
    }

    private sealed class Lines : ILogEventSink
    {
        public StringWriter Text { get; } = new();

        public void Emit(LogEvent logEvent) => new LogLineFormatter().Format(logEvent, Text);
    }
}
