namespace PipelineMetrics.Benchmarks;

/// <summary>What a web server on this machine can do at best: it discards bodies, and gives out 2 KB that are there already.</summary>
internal static class NoOpServer
{
    public static async Task<int> RunAsync(string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var prebuilt = new byte[2048];
        Array.Fill(prebuilt, (byte)'1');
        app.MapPost("/{**path}", async context =>
        {
            while (true)
            {
                var read = await context.Request.BodyReader.ReadAsync();
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        app.MapGet("/{**path}", context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = prebuilt.Length;
            return context.Response.Body.WriteAsync(prebuilt).AsTask();
        });
        await app.RunAsync(address);
        return 0;
    }
}
