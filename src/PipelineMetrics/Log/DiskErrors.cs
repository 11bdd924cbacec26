namespace PipelineMetrics.Log;

/// <summary>Turns what the system says into what it means to the log.</summary>
internal static class DiskErrors
{
    private const int NoPermission = 1;
    private const int NoSuchName = 2;
    private const int AccessDenied = 13;
    private const int NoHandleInSystem = 23;
    private const int NoHandleInProcess = 24;
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool IsNoSuchName(int error) => error == NoSuchName;

    /// <summary>Whether we were only not let at it, which says nothing about the disk.</summary>
    public static bool IsNoAccess(int error) => error is NoPermission or AccessDenied or NoHandleInSystem or NoHandleInProcess;

    public static DiskException FromError(string operation, string path, int error) =>
        new(FaultOf(error), operation, path, Native.Describe(error));

    public static DiskException FromException(string operation, string path, Exception problem)
    {
        var fault = problem is UnauthorizedAccessException ? DiskFault.Denied : FaultOf(problem.HResult);
        return new DiskException(fault, operation, path, problem.Message, problem);
    }

    /// <summary>Runs one file operation; what it throws comes out as a <see cref="DiskException"/>.</summary>
    public static T Run<T>(string operation, string path, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception problem) when (problem is (IOException and not DiskException) or UnauthorizedAccessException)
        {
            throw FromException(operation, path, problem);
        }
    }

    private static DiskFault FaultOf(int error) => error switch
    {
        NoSpace or QuotaExceeded or WindowsDiskFull => DiskFault.Full,
        ReadOnlyFileSystem => DiskFault.ReadOnly,
        NoPermission or AccessDenied => DiskFault.Denied,
        _ => DiskFault.Other,
    };
}
