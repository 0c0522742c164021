using AkkaKv.Simulation;
using AkkaKv.Simulation.Model;

return args is ["model", .. var options] ? ModelCommand.Run(options) : CommandLine.Run(args, Console.Out);
