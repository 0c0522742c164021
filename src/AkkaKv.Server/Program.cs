using AkkaKv.Server.Commands;
using AkkaKv.Server.Configuration;

try
{
    switch (Arguments.Parse(args))
    {
        case Arguments.Cluster cluster:
            return await ClusterCommand.RunAsync(cluster, Console.Out);
        case Arguments.Serve serve:
            return await ServeCommand.RunAsync(serve);
        default:
            Console.WriteLine(Arguments.Usage);
            return ExitCode.Stopped;
    }
}
catch (ConfigurationProblemException problem)
{
    Console.Error.WriteLine(problem.Message);
    return ExitCode.BadConfiguration;
}
