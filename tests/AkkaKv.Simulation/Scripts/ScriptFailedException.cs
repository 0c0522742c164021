namespace AkkaKv.Simulation.Scripts;

/// <summary>A script did not get where its story goes on: the script is wrong, or the product does something else by now.</summary>
internal sealed class ScriptFailedException(string message) : Exception(message);
