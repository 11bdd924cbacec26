using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace PipelineMetrics.Cli;

/// <summary>Options that are numbers. What is none is refused with the name of the option, the rule and what was given.</summary>
internal static class NumberOption
{
    /// <summary>A whole number; the service checks how large it may be.</summary>
    public static Option<int?> Whole(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse<int>(result, "must be a whole number", _ => true),
    };

    /// <summary>The number that was typed; null, with an error in the result, when it is none or breaks the rule.</summary>
    public static T? Parse<T>(ArgumentResult result, string rule, Func<T, bool> isOne) where T : struct, ISpanParsable<T>
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (T.TryParse(text, CultureInfo.InvariantCulture, out var number) && isOne(number)) return number;
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: {rule}, got '{text}'");
        return null;
    }
}
