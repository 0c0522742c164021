namespace AkkaKv.Server.Configuration;

/// <summary>The arguments or the configuration are wrong: the process ends with exit code 2 and this message.</summary>
public sealed class ConfigurationProblemException : Exception
{
    public ConfigurationProblemException()
    {
    }

    public ConfigurationProblemException(string message)
        : base(message)
    {
    }

    public ConfigurationProblemException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A setting that cannot be used.</summary>
    public static ConfigurationProblemException ForKey(string key, string problem) => new($"{key}: {problem}");
}
