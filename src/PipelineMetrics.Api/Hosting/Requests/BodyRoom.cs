using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using PipelineMetrics.Api.Hosting.Errors;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>
/// Lets in only as many bodies at a time as memory has room for, with what is made of them; whoever comes beyond that is told to come
/// back before his body is read. Without it, many large batches at once would end the process instead of waiting.
/// </summary>
internal sealed class BodyRoom
{
    /// <summary>A body in memory: its bytes, its texts in two bytes a character, its line, the bytes on their way to the disk.</summary>
    private const int Expansion = 8;

    /// <summary>What a batch of any length holds at a time: a part that is being stored and one that is being read.</summary>
    private const long MostAtATime = 2 << 20;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly long _all;
    private long _left;

    /// <param name="bytes">The room.</param>
    public BodyRoom(long bytes) => (_all, _left) = (bytes, bytes);

    /// <summary>A quarter of the memory that this process may have; the rest is for what it keeps, and for what is not collected yet.</summary>
    public static BodyRoom OfThisProcess() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var need = NeedOf(context);
        if (!TryTake(need))
        {
            await Busy().ExecuteAsync(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Add(ref _left, need);
        }
    }

    private static long NeedOf(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true }) return 0;
        var isPlain = context.Request.Headers.ContentEncoding.Count == 0;
        return Expansion * Math.Min(isPlain ? context.Request.ContentLength ?? MostAtATime : MostAtATime, MostAtATime);
    }

    /// <summary>One that needs more than all there is still enters when nobody else is there.</summary>
    private bool TryTake(long need)
    {
        var left = Interlocked.Add(ref _left, -need);
        if (left >= 0 || left + need == _all) return true;
        Interlocked.Add(ref _left, need);
        return false;
    }

    private static ProblemHttpResult Busy() => Problems.Result(
        StatusCodes.Status503ServiceUnavailable, "busy",
        "Too much is being received at once. Nothing was kept; sending it again with the same id is safe.", retryAfter: RetryAfter);
}

internal static class BodyRoomSetup
{
    public static void UseBodyRoom(this WebApplication app)
    {
        var room = BodyRoom.OfThisProcess();
        app.Use(next => context => room.PassAsync(context, next));
    }
}
