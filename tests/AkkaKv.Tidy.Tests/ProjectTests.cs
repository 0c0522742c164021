using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AkkaKv.Tidy.Tests;

/// <summary>Which project knows which: dependencies point inward, from what acts to what decides.</summary>
public sealed partial class ProjectTests
{
    private const string Engine = "Akka";

    /// <summary>What a project may reference besides the base library.</summary>
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["AkkaKv.Core"] = [],
        ["AkkaKv.Resp"] = [],
        ["AkkaKv.Storage"] = ["AkkaKv.Core"],
        ["AkkaKv.Actors"] = ["AkkaKv.Core", "AkkaKv.Storage", Engine],
        ["AkkaKv.Gateway"] = ["AkkaKv.Core", "AkkaKv.Resp", Engine],
        ["AkkaKv.Cli"] = ["AkkaKv.Resp"],
        ["AkkaKv.Server"] =
        [
            "AkkaKv.Core", "AkkaKv.Resp", "AkkaKv.Storage", "AkkaKv.Actors", "AkkaKv.Gateway", Engine,
            "Microsoft.AspNetCore", "Microsoft.Extensions",
        ],
    };

    /// <summary>Who may see what is internal: a project's own tests, and the simulation, which drives the core step by step.</summary>
    private static readonly Dictionary<string, string[]> MayLookInside = new()
    {
        ["Akka"] = ["Akka.TestKit"],
        ["AkkaKv.Core"] = ["AkkaKv.Core.Tests", "AkkaKv.Simulation"],
        ["AkkaKv.Storage"] = ["AkkaKv.Storage.Tests"],
        ["AkkaKv.Actors"] = ["AkkaKv.Actors.Tests"],
        ["AkkaKv.Gateway"] = ["AkkaKv.Gateway.Tests"],
        ["AkkaKv.Cli"] = ["AkkaKv.Cli.Tests"],
        ["AkkaKv.Server"] = ["AkkaKv.Server.Tests"],
    };

    public static TheoryData<string> Projects => [.. MayReference.Keys];

    private static IEnumerable<SourceFile> ProjectFiles => Repository.WithExtension(".csproj");

    [Theory]
    [MemberData(nameof(Projects))]
    public void Dependencies_point_inward(string project) => Findings.None(
        $"{project} may reference: {string.Join(", ", MayReference[project])}",
        from reference in Assembly.Load(project).GetReferencedAssemblies()
        let name = reference.Name!
        where !IsBaseLibrary(name) && !MayReference[project].Any(allowed => IsPartOf(name, allowed))
        select name);

    [Fact]
    public void Every_project_of_the_product_stands_in_the_table() =>
        Assert.Equal(
            ProjectFiles.Select(NameOf).Where(name => name.StartsWith("AkkaKv.", StringComparison.Ordinal) && IsProduct(name)).Order(),
            MayReference.Keys.Order());

    [Fact]
    public void Project_files_ask_for_no_more_than_the_table_allows() => Findings.None(
        "A reference that the table does not have:",
        from file in ProjectFiles
        where MayReference.ContainsKey(NameOf(file))
        from reference in Xml(file).Descendants("ProjectReference")
        let name = Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)
        where !MayReference[NameOf(file)].Contains(name)
        select $"{file.Path}: {name}");

    [Fact]
    public void Every_project_has_tests_of_its_name()
    {
        var names = ProjectFiles.Select(NameOf).ToHashSet();

        Findings.None("These have no tests:", MayReference.Keys.Where(name => !names.Contains($"{name}.Tests")));
    }

    [Fact]
    public void Every_project_is_part_of_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "AkkaKv.sln")).Replace('\\', '/');

        Findings.None(
            "`dotnet test` passes these by:",
            ProjectFiles.Select(file => file.Path).Where(path => !solution.Contains(path, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_engine_is_asked_for_by_the_seam_alone() => Findings.None(
        "Use <AkkaReference>; it means the official packages or the bundled engine:",
        from file in ProjectFiles
        where !NameOf(file).StartsWith("Akka.", StringComparison.Ordinal)
        from reference in Xml(file).Descendants().Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference")
        let include = ((string?)reference.Attribute("Include") ?? "").Replace('\\', '/')
        where EnginePackageOrProject().IsMatch(include)
        select $"{file.Path}: {include}");

    [Fact]
    public void Versions_of_packages_are_central() => Findings.None(
        "Versions stand in Directory.Packages.props:",
        from file in ProjectFiles
        from reference in Xml(file).Descendants("PackageReference")
        where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
        select $"{file.Path}: {reference.Attribute("Include")?.Value}");

    [Fact]
    public void Only_a_project_s_own_tests_look_inside_it()
    {
        var found =
            from file in ProjectFiles
            from friend in Xml(file).Descendants("InternalsVisibleTo")
            select $"{NameOf(file)} -> {(string?)friend.Attribute("Include")}";
        var allowed = from project in MayLookInside from friend in project.Value select $"{project.Key} -> {friend}";

        Findings.None("Not allowed:", found.Except(allowed));
        Findings.None("By an attribute:", Repository.WithExtension(".cs")
            .Where(file => AttributeOfFriends().IsMatch(file.Text)).Select(file => file.Path));
    }

    [Fact]
    public void The_product_uses_the_engine_s_public_face_alone() => Findings.NoLine(
        "These names belong to the inside of the engine, and official packages may not have them:",
        Repository.WithExtension(".cs").Where(file => file.Path.Contains("/AkkaKv.", StringComparison.Ordinal)
            && !file.Path.Contains("Tidy", StringComparison.Ordinal)),
        static line => InsideOfTheEngine().IsMatch(line));

    [Fact]
    public void The_engine_knows_nothing_of_the_product() => Findings.NoLine(
        "The engine stands alone:", Repository.CSharp("src/Akka").Concat(Repository.CSharp("src/Akka.TestKit")),
        static line => line.Contains("AkkaKv", StringComparison.Ordinal));

    [Fact]
    public void The_names_that_hide_others_are_not_used() => Findings.NoLine(
        "A namespace AkkaKv.Console hides System.Console, and AkkaKv.Cluster hides Akka's Cluster:",
        Repository.WithExtension(".cs").Where(file => !file.Path.Contains("Tidy", StringComparison.Ordinal)),
        static line => NamespaceThatHides().IsMatch(line));

    private static bool IsProduct(string name) => File.Exists(Path.Combine(Repository.Root, "src", name, $"{name}.csproj"));

    private static bool IsBaseLibrary(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal) || name is "System" or "netstandard" or "Microsoft.Win32.Primitives";

    private static bool IsPartOf(string name, string allowed) =>
        name == allowed || (IsFamily(allowed) && name.StartsWith($"{allowed}.", StringComparison.Ordinal));

    /// <summary>The engine and the frameworks are several assemblies under one name.</summary>
    private static bool IsFamily(string allowed) => !allowed.StartsWith("AkkaKv", StringComparison.Ordinal);

    private static string NameOf(SourceFile project) => Path.GetFileNameWithoutExtension(project.Path);

    private static XDocument Xml(SourceFile file) => XDocument.Parse(file.Text);

    [GeneratedRegex(@"\[assembly:\s*(System\.Runtime\.CompilerServices\.)?InternalsVisibleTo")]
    private static partial Regex AttributeOfFriends();

    [GeneratedRegex(@"(^|/)Akka(\.\w+)*(/|$)")]
    private static partial Regex EnginePackageOrProject();

    [GeneratedRegex(@"\bAkka\.[\w.]*Internals?\b|\b(ActorCell|LocalActorRef|RemoteActorRef|InternalActorRefBase|ActorSystemImpl)\b")]
    private static partial Regex InsideOfTheEngine();

    [GeneratedRegex(@"^\s*namespace\s+AkkaKv\.(Console|Cluster)\b")]
    private static partial Regex NamespaceThatHides();
}
