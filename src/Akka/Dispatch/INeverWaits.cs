#nullable enable
namespace Akka.Dispatch;

/// <summary>
/// An actor of the engine whose turns are short whatever happens: it calls nobody's code and waits for nothing. So threads that have
/// other things to do may run it, and nobody need look whether it takes long.
/// </summary>
internal interface INeverWaits;
