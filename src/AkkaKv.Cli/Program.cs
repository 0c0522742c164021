using AkkaKv.Cli;

return CliProgram.Run(args, CliHost.OfProcess());
