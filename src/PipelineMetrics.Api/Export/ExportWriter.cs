using System.Buffers;
using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Export;

/// <summary>Writes lines of one kind, or of both, in one format.</summary>
internal abstract class ExportWriter(LogStream? kind)
{
    public virtual void Begin(IBufferWriter<byte> body)
    {
    }

    public void Write(IBufferWriter<byte> body, in StoredLine line)
    {
        if (kind is null || line.Stream == kind) WriteLine(body, line);
    }

    public virtual void End(IBufferWriter<byte> body)
    {
    }

    protected abstract void WriteLine(IBufferWriter<byte> body, in StoredLine line);
}

/// <summary>One line of the log a line.</summary>
internal sealed class NdjsonExport(LogStream? kind) : ExportWriter(kind)
{
    protected override void WriteLine(IBufferWriter<byte> body, in StoredLine line)
    {
        body.Write(line.Json);
        body.Write("\n"u8);
    }
}

/// <summary>One array, one line of the log in each line of it.</summary>
internal sealed class JsonExport(LogStream? kind) : ExportWriter(kind)
{
    private bool _hasAny;

    public override void Begin(IBufferWriter<byte> body) => body.Write("["u8);

    public override void End(IBufferWriter<byte> body) => body.Write("\n]\n"u8);

    protected override void WriteLine(IBufferWriter<byte> body, in StoredLine line)
    {
        body.Write(_hasAny ? ",\n"u8 : "\n"u8);
        body.Write(line.Json);
        _hasAny = true;
    }
}
