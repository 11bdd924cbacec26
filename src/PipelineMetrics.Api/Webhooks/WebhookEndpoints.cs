using System.Globalization;
using System.Text.Json;
using PipelineMetrics.Alerting;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Webhooks;

/// <summary>The webhooks that were sent, wait or were given up, and a trial.</summary>
internal static class WebhookEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, DeliveryState> States = new(StringComparer.Ordinal)
    {
        ["queued"] = DeliveryState.Queued,
        ["delivered"] = DeliveryState.Delivered,
        ["given_up"] = DeliveryState.GivenUp,
    };

    private const string DeliveriesExample =
        """
        {"items":[{"id":"msg_019b76daa80070008000000000000001","type":"task_failed","target":"default","status":"queued","attempts":1,
         "queued_at":"2026-01-31T10:00:00.000Z","last_attempt_at":"2026-01-31T10:00:00.200Z","next_attempt_at":"2026-01-31T10:00:05.100Z",
         "response_status":500,"error":"answered 500","data":{"task_id":"t-42","task_type":"impl","model":"claude-sonnet-4-5"}}]}
        """;

    private const string TestExample =
        """
        {"id":"msg_019b76daa80070008000000000000002",
         "items":[{"target":"default","url":"https://hooks.slack.com","delivered":true,"response_status":200}]}
        """;

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Webhooks");
        group.MapRead(Routes.WebhookDeliveries, List).WithName("ListWebhookDeliveries").WithSummary("Webhooks that wait, arrived or were given up, newest first")
            .WithDescription("One for each webhook and target. All that wait are there, and the last 1,000 of the others.")
            .WithMetadata(
                new TakesParameter("status", "Only these: queued, delivered, given_up; several are alternatives.", Repeatable: true),
                new TakesParameter("target", "Only to the targets with these names; several are alternatives.", Repeatable: true),
                new TakesParameter("limit", $"How many to list, 1 to {MaxLimit}; default {DefaultLimit}."),
                new TakesParameter("cursor", "The `next` of the page before."),
                new Answers(200, DeliveriesExample))
            .Produces<WebhookDeliveryListResponse>();
        group.MapPost(Routes.WebhookTest, Test).WithName("TestWebhooks").WithSummary("Send a webhook that only says that it is one")
            .WithDescription(
                "Sends it at once, once to each target, and answers what came of it. It is in no queue and not tried again. A target that had answered 410 and "
                + "now takes it is told again of what happens. Takes no body.")
            .WithMetadata(new TakesParameter("target", "Only to the target with this name."), new Answers(200, TestExample))
            .Produces<WebhookTestResponse>().ProducesProblems(404, 429);
    }

    private static IResult List(HttpContext http, Outbox outbox)
    {
        var query = new QueryReader(http.Request.Query);
        var states = new HashSet<DeliveryState>();
        foreach (var word in query.Many("status"))
        {
            if (States.TryGetValue(word, out var state)) states.Add(state);
            else query.Add("status", $"must be one of {string.Join(", ", States.Keys)}", word);
        }
        var targets = query.Many("target").ToHashSet(StringComparer.Ordinal);
        var limit = query.Count("limit", 1, MaxLimit, DefaultLimit);
        var before = Cursor(query);
        if (query.Refusal() is { } refusal) return refusal;
        var found = outbox.List(
            before, delivery => (states.Count == 0 || states.Contains(delivery.State)) && (targets.Count == 0 || targets.Contains(delivery.Target)), limit + 1);
        var next = found.Count > limit ? found[limit - 1].Number.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new WebhookDeliveryListResponse([.. found.Take(limit).Select(Shape)], next));
    }

    private static long Cursor(QueryReader query)
    {
        if (query.One("cursor") is not { } text) return long.MaxValue;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        query.Add("cursor", "must be the 'next' of the page before", text);
        return 0;
    }

    private static WebhookDelivery Shape(Delivery delivery) => new()
    {
        Id = delivery.Message.Id,
        Type = delivery.Message.Type,
        Target = delivery.Target,
        Status = States.First(state => state.Value == delivery.State).Key,
        Attempts = delivery.Attempts,
        QueuedAt = delivery.Message.At,
        LastAttemptAt = delivery.LastAt,
        NextAttemptAt = delivery.NextAt,
        ResponseStatus = delivery.Status,
        Error = delivery.Error,
        Data = JsonElement.Parse(delivery.Message.Body).GetProperty("data"),
    };

    private static async Task<IResult> Test(HttpContext http, WebhookTrial trial)
    {
        var query = new QueryReader(http.Request.Query);
        var target = query.One("target");
        if (query.Refusal() is { } refusal) return refusal;
        if (!trial.Reaches(target))
        {
            return Problems.Result(StatusCodes.Status404NotFound, "unknown_target", target is null
                ? "The settings name nobody to send webhooks to; see notifications.webhook_url."
                : "The settings name no target that is called so.");
        }
        return await trial.RunAsync(target, http.RequestAborted) is { } results
            ? TypedResults.Ok(results)
            : Problems.Result(StatusCodes.Status429TooManyRequests, "too_many_requests", "Another trial is under way.", retryAfter: RetryAfter);
    }
}
