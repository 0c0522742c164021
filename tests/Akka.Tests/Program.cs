using AkkaContract.Processes;

// The same program is the test suite, which the test runner loads, and a node of a cluster, which tests start as a process.
if (args is not ["node"])
{
    await Console.Error.WriteLineAsync("Run the tests with 'dotnet test'. The only command here is 'node', which tests use.");
    return 1;
}

await new Node().Run();
return 0;
