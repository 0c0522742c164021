// The official name of the base is a mouthful where the engine speaks of its own references all the time.
global using InternalActorRef = Akka.Actor.InternalActorRefBase;
