namespace PipelineMetrics.Api.Hosting.Access;

/// <summary>What the holder of a key may do.</summary>
[Flags]
internal enum AccessRights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read everything.</summary>
    Read = 1,

    /// <summary>Record and change.</summary>
    Write = 2,

    /// <summary>Look after the log itself.</summary>
    Admin = 4,
}

/// <summary>A key that opens the service. The key itself is never kept, only its SHA-256.</summary>
/// <param name="Name">Who has it; for the log and for people.</param>
/// <param name="Hash">The SHA-256 of the key, 32 bytes.</param>
/// <param name="Rights">What its holder may do.</param>
/// <param name="Expires">From when on it opens nothing; null: never.</param>
internal sealed record ApiKey(string Name, byte[] Hash, AccessRights Rights, DateTimeOffset? Expires);
