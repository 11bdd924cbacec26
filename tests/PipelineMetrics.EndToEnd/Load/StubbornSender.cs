using System.Net.Http.Headers;
using System.Text;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>Sends a completion again and again until an answer arrives whole; every time on a connection of its own.</summary>
internal sealed class StubbornSender(HttpClient http, Uri address)
{
    private const int MostTries = 1000;

    /// <summary>Sends until it is answered.</summary>
    /// <returns>The answer, and how often it was sent.</returns>
    public async Task<(Answer Answer, int Tries)> SendAsync(Attempt what)
    {
        for (var tries = 1; tries <= MostTries; tries++)
        {
            if (await TrySendAsync(what) is { } answer) return (answer, tries);
        }
        throw new InvalidOperationException($"{what.Id} was sent {MostTries} times and not answered.");
    }

    /// <returns>The answer; null when none arrived.</returns>
    public async Task<Answer?> TrySendAsync(Attempt what)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, ServiceCalls.Completions));
        request.Content = new StringContent(what.ToJson(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        // A connection that was used before may be tried twice by the client itself, and then we would not know what we sent.
        request.Headers.ConnectionClose = true;
        try
        {
            using var response = await http.SendAsync(request);
            return await Answer.ReadAsync(response);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }
}
