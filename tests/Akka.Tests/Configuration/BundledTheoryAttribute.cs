namespace AkkaContract.Configuration;

/// <summary>
/// A promise of the bundled engine that the official one does not make: where an error is, for one, or what strangers who speak its wire
/// format can do. The build says whether it applies, by the file that it compiles for <see cref="Promises"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BundledTheoryAttribute : TheoryAttribute
{
    public BundledTheoryAttribute() => Skip = Promises.SkippedBecause;
}

/// <inheritdoc cref="BundledTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BundledFactAttribute : FactAttribute
{
    public BundledFactAttribute() => Skip = Promises.SkippedBecause;
}
