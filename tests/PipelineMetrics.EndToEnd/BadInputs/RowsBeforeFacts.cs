using Xunit.Abstractions;
using Xunit.Sdk;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>Runs the rows of theories first, as they are listed; the facts then judge what those have left.</summary>
public sealed class RowsBeforeFacts : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase => testCases.OrderBy(test => test.TestMethodArguments is null or []);
}
