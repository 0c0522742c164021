using AkkaKv.Resp;

namespace AkkaKv.Gateway.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly GatewayFixture _fixture = new();
    private readonly RawClient _client;

    public CommandTests() => _client = _fixture.Connect();

    public void Dispose() => _fixture.Dispose();

    /// <summary>Runs a script: commands and, behind an arrow, their replies.</summary>
    private void Run(params string[] lines)
    {
        foreach (var line in lines)
        {
            var parts = line.Split(" => ");
            Assert.Equal(line, parts[0] + " => " + _client.Do(parts[0].Split(' ')));
        }
    }

    [Fact]
    public void Values_are_set_and_read() => Run(
        "PUT color blue => OK",
        "get color => blue",
        "GET none => nil",
        "SET a 1 NX => OK",
        "SET a 2 NX => nil",
        "SET a 2 XX GET => 1",
        "SET none 1 XX => nil",
        "SET a 3 IFEQ 2 => OK",
        "SET a 4 IFEQ 2 => nil",
        "SET a 5 IFNE 2 => OK",
        "SETNX a 1 => 0",
        "SETNX b 1 => 1",
        "GETSET b 2 => 1",
        "GETDEL b => 2",
        "GETDEL b => nil",
        "MSET x 1 y 2 => OK",
        "MGET x none y => [1, nil, 2]",
        "MGET x => [1]",
        "MSETNX y 1 z 2 => 0",
        "MSETNX z 1 w 2 => 1",
        "MSETEX 2 m 1 n 2 EX 100 => 1",
        "MSETEX 1 m 1 NX => 0",
        "APPEND x 23 => 3",
        "STRLEN x => 3",
        "GETRANGE x 1 -1 => 23",
        "GETRANGE x 5 9 => ",
        "SETRANGE x 1 99 => 3",
        "GET x => 199");

    [Fact]
    public void Numbers_are_counted() => Run(
        "INCR n => 1",
        "INCRBY n 10 => 11",
        "DECR n => 10",
        "DECRBY n 3 => 7",
        "INCRBYFLOAT n 0.5 => 7.5",
        "INCR n => -ERR value is not an integer or out of range",
        "INCRBY n x => -ERR value is not an integer or out of range",
        "INCRBYFLOAT n x => -ERR value is not a valid float",
        "SET n 9223372036854775807 => OK",
        "INCR n => -ERR increment or decrement would overflow",
        "DECRBY n -9223372036854775808 => -ERR decrement would overflow");

    [Fact]
    public void Keys_are_counted_renamed_copied_and_removed() => Run(
        "MSET a 1 b 2 c 3 => OK",
        "EXISTS a => 1",
        "EXISTS a b none a => 3",
        "TOUCH a none => 1",
        "TYPE a => string",
        "TYPE none => none",
        "DEL a none => 1",
        "UNLINK b => 1",
        "RENAME c d => OK",
        "RENAME c d => -ERR no such key",
        "COPY d e => 1",
        "COPY d e => 0",
        "COPY d e REPLACE => 1",
        "RENAMENX d e => 0",
        "DELEX d IFEQ 4 => 0",
        "DELEX d IFEQ 3 => 1",
        "DBSIZE => 1",
        "RANDOMKEY => e",
        "KEYS * => [e]",
        "KEYS x* => []",
        "OBJECT ENCODING e => int",
        "FLUSHALL => OK",
        "RANDOMKEY => nil",
        "DBSIZE => 0");

    [Fact]
    public void Keys_get_and_lose_their_expiry()
    {
        Run(
            "SET k v EX 100 => OK",
            "TTL k => 100",
            "EXPIRE k 200 LT => 0",
            "EXPIRE k 200 GT => 1",
            "EXPIRE k 1 NX => 0",
            "PERSIST k => 1",
            "TTL k => -1",
            "TTL none => -2",
            "PEXPIREAT k 4102444800000 => 1",
            "EXPIRETIME k => 4102444800",
            "PEXPIRETIME k => 4102444800000",
            "SET k w KEEPTTL => OK",
            "EXPIRETIME k => 4102444800",
            "GETEX k => w",
            "GETEX k PERSIST => w",
            "PTTL k => -1",
            "GETEX k EX 10 => w",
            "TTL k => 10",
            "SETEX k 20 x => OK",
            "TTL k => 20",
            "PSETEX k 30000 x => OK",
            "TTL k => 30",
            "EXPIRE k -1 => 1",
            "GET k => nil");
    }

    [Fact]
    public void A_scan_gives_every_key_once()
    {
        for (var i = 0; i < 500; i++)
            Run($"SET key:{i} {i} => OK");
        Run("SET other 1 => OK");

        var seen = new List<string>();
        var cursor = "0";
        do
        {
            var reply = _client.Ask("SCAN", cursor, "MATCH", "key:*", "COUNT", "50");
            cursor = reply.Items[0].Text;
            seen.AddRange(reply.Items[1].Items.Select(item => item.Text));
        }
        while (cursor != "0");

        Assert.Equal(500, seen.Count);
        Assert.Equal(500, seen.Distinct().Count());
        Assert.Empty(_client.Ask("SCAN", "0", "TYPE", "hash", "COUNT", "100000").Items[1].Items);
        Assert.Equal(501, _client.Ask("KEYS", "*").Items.Count);
    }

    [Theory]
    [InlineData("FOO a b", "-ERR unknown command 'FOO', with args beginning with: 'a' 'b' ")]
    [InlineData("GET", "-ERR wrong number of arguments for 'get' command")]
    [InlineData("MSET a 1 b", "-ERR wrong number of arguments for 'mset' command")]
    [InlineData("SET a 1 EX", "-ERR syntax error")]
    [InlineData("SET a 1 EX 0", "-ERR invalid expire time in 'set' command")]
    [InlineData("SET a 1 EX 9223372036854775807", "-ERR invalid expire time in 'set' command")]
    [InlineData("SET a 1 EX x", "-ERR value is not an integer or out of range")]
    [InlineData("SET a 1 EX 1 PX 1", "-ERR syntax error")]
    [InlineData("SET a 1 NX XX", "-ERR syntax error")]
    [InlineData("SET a 1 NX IFEQ 2", "-ERR syntax error")]
    [InlineData("SET a 1 IFEQ", "-ERR syntax error")]
    [InlineData("SET a 1 FOO", "-ERR syntax error")]
    [InlineData("GETEX a FOO", "-ERR syntax error")]
    [InlineData("GETEX a EX 1 PERSIST", "-ERR syntax error")]
    [InlineData("SETEX a 0 1", "-ERR invalid expire time in 'setex' command")]
    [InlineData("EXPIRE a x", "-ERR value is not an integer or out of range")]
    [InlineData("EXPIRE a 9223372036854775807", "-ERR invalid expire time in 'expire' command")]
    [InlineData("EXPIRE a 1 NX GT", "-ERR NX and XX, GT or LT options at the same time are not compatible")]
    [InlineData("EXPIRE a 1 LT GT", "-ERR GT and LT options at the same time are not compatible")]
    [InlineData("EXPIRE a 1 FOO", "-ERR Unsupported option FOO")]
    [InlineData("SETRANGE a -1 x", "-ERR offset is out of range")]
    [InlineData("SETRANGE a 8388608 x", "-ERR string exceeds maximum allowed size (proto-max-bulk-len)")]
    [InlineData("GETRANGE a x 1", "-ERR value is not an integer or out of range")]
    [InlineData("SCAN x", "-ERR invalid cursor")]
    [InlineData("SCAN 0 COUNT 0", "-ERR syntax error")]
    [InlineData("COPY a a", "-ERR source and destination objects are the same")]
    [InlineData("SELECT 1", "-ERR DB index is out of range")]
    [InlineData("HELLO 4", "-NOPROTO unsupported protocol version")]
    [InlineData("HELLO x", "-ERR Protocol version is not an integer or out of range")]
    [InlineData("HELLO 2 FOO", "-ERR Syntax error in HELLO option 'FOO'")]
    [InlineData(
        "AUTH x",
        "-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?")]
    [InlineData("CLIENT FOO", "-ERR unknown subcommand 'FOO'. Try CLIENT HELP.")]
    [InlineData("CLIENT MAINT_NOTIFICATIONS ON", "-ERR unknown subcommand 'MAINT_NOTIFICATIONS'. Try CLIENT HELP.")]
    [InlineData("CLIENT", "-ERR wrong number of arguments for 'client' command")]
    [InlineData("CLIENT SetName", "-ERR wrong number of arguments for 'client|setname' command")]
    [InlineData("CONFIG foo", "-ERR unknown subcommand 'foo'. Try CONFIG HELP.")]
    [InlineData("CONFIG SET a", "-ERR wrong number of arguments for 'config|set' command")]
    [InlineData("OBJECT FOO k", "-ERR unknown subcommand 'FOO'. Try OBJECT HELP.")]
    [InlineData("OBJECT ENCODING", "-ERR wrong number of arguments for 'object|encoding' command")]
    [InlineData("MEMORY USAGE", "-ERR wrong number of arguments for 'memory|usage' command")]
    [InlineData("COMMAND COUNT x", "-ERR wrong number of arguments for 'command|count' command")]
    [InlineData("COMMAND LIST FOO", "-ERR syntax error")]
    [InlineData("CLUSTER NODES", "-ERR This instance has cluster support disabled")]
    [InlineData("SENTINEL MASTERS", "-ERR unknown command 'SENTINEL', with args beginning with: 'MASTERS' ")]
    [InlineData("SUBSCRIBE news", "-ERR publish and subscribe are not supported")]
    [InlineData(
        "CONFIG SET port 1",
        "-ERR CONFIG SET failed (possibly related to argument 'port') - can't set immutable config; "
        + "change the server's configuration file")]
    public void A_wrong_command_is_told_what_is_wrong(string command, string error) => Run($"{command} => {error}");

    [Fact]
    public void Transactions_are_refused_in_plain_words() =>
        Assert.StartsWith("-ERR transactions are not supported", _client.Do("MULTI"), StringComparison.Ordinal);

    [Fact]
    public void A_key_that_is_too_long_is_refused_and_the_connection_goes_on()
    {
        Assert.Equal("-ERR key is longer than the 65536 bytes allowed", _client.Do("SET", new string('k', 65_537), "v"));
        Assert.Equal("OK", _client.Do("SET", new string('k', 65_536), "v"));
        Assert.Equal("PONG", _client.Do("PING"));
    }

    [Fact]
    public void A_client_can_choose_RESP3()
    {
        var hello = _client.Ask("HELLO", "3", "SETNAME", "me");
        Assert.Equal(RespKind.Map, hello.Kind);
        Assert.Equal("[server, redis, version, 8.4.0, proto, 3, id, 1, mode, standalone, role, master, modules, []]", hello.ToString());
        Assert.Equal("me", _client.Do("CLIENT", "GETNAME"));
        _client.Send("GET none\r\n");
        _client.Expect("_\r\n");
        _client.Send("CONFIG GET databases\r\n");
        _client.Expect("%1\r\n$9\r\ndatabases\r\n$1\r\n1\r\n");
        Assert.Equal(RespKind.Verbatim, _client.Ask("INFO", "server").Kind);
        Assert.Equal(RespKind.Array, _client.Ask("HELLO", "2").Kind);
        _client.Send("GET none\r\n");
        _client.Expect("$-1\r\n");
    }

    [Fact]
    public void The_handshakes_of_known_clients_succeed()
    {
        Run(
            "CLIENT SETINFO lib-name SE.Redis => OK",
            "CLIENT SETINFO lib-ver 3.1 => OK",
            "CLIENT ID => 1",
            "CONFIG GET timeout => [timeout, 0]",
            "CONFIG GET slave-read-only => [slave-read-only, no]",
            "CONFIG GET save appendonly => [appendonly, yes, save, ]",
            "GET __Booksleeve_TieBreak => 127.0.0.1:7001",
            "ECHO guid => guid",
            "SUBSCRIBE __Booksleeve_MasterChanged => [subscribe, __Booksleeve_MasterChanged, 1]",
            "PING => [pong, ]",
            "GET a => -ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context",
            "PUNSUBSCRIBE => [punsubscribe, nil, 1]",
            "UNSUBSCRIBE => [unsubscribe, __Booksleeve_MasterChanged, 0]",
            "UNSUBSCRIBE => [unsubscribe, nil, 0]",
            "READONLY => OK",
            "SELECT 0 => OK",
            "ROLE => [master, 1, []]",
            "WAIT 2 100 => 1",
            "WAITAOF 1 1 0 => [1, 1]",
            "CLIENT NO-EVICT on => OK",
            "RESET => RESET",
            "COMMAND GETKEYS MSET a 1 b 2 => [a, b]");
        var info = _client.Ask("INFO").Text;
        Assert.Contains("\r\nrole:master\r\n", info, StringComparison.Ordinal);
        Assert.Contains("redis_version:8.4.0\r\n", info, StringComparison.Ordinal);
        Assert.Contains("loading:0\r\n", info, StringComparison.Ordinal);
        Assert.Contains("id=1 addr=127.0.0.1:", _client.Ask("CLIENT", "LIST").Text, StringComparison.Ordinal);
        var commands = _client.Ask("COMMAND").Items;
        Assert.Equal(_client.Ask("COMMAND", "COUNT").Integer, commands.Count);
        Assert.Equal(2 * commands.Count, _client.Ask("COMMAND", "DOCS").Items.Count);
        Assert.Equal("[get, 2, [readonly, fast], 1, 1, 1, [], [], [], []]", _client.Ask("COMMAND", "INFO", "get").Items[0].ToString());
    }

    [Fact]
    public void A_client_that_asks_for_silence_gets_it()
    {
        _client.Send("CLIENT REPLY OFF\r\nSET a 1\r\nGET a\r\nCLIENT REPLY ON\r\nCLIENT REPLY SKIP\r\nSET a 2\r\nGET a\r\n");
        _client.Expect("+OK\r\n$1\r\n2\r\n");
    }

    /// <summary>As a Redis 7.0 answers the same lines.</summary>
    [Theory]
    [InlineData("CLIENT REPLY SKIP|CLIENT SETNAME x|PING 1", "1")]
    [InlineData("CLIENT REPLY SKIP|CLIENT REPLY SKIP|PING 1|PING 2", "2")]
    [InlineData("CLIENT REPLY SKIP|CLIENT REPLY ON|PING 1", "OK 1")]
    [InlineData("CLIENT REPLY OFF|PING 1|CLIENT REPLY SKIP|CLIENT REPLY ON|PING 2", "OK 2")]
    [InlineData("CLIENT REPLY SKIP|FOO|PING 1", "1")]
    [InlineData("CLIENT REPLY SKIP|SET a 1|SET a 2|PING 1", "OK 1")]
    public void Only_the_command_after_a_skip_goes_unanswered(string commands, string expected)
    {
        _client.Send(commands.Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n");
        foreach (var reply in expected.Split(' ')) Assert.Equal(reply, _client.Read().ToString());
        Assert.Equal("end", _client.Do("ECHO", "end"));
    }

    [Fact]
    public void Keys_that_expire_are_counted()
    {
        Run("MSET a 1 b 2 c 3 => OK", "EXPIRE a 100 => 1", "EXPIRE b 100 => 1", "PERSIST a => 1");
        Assert.Contains("db0:keys=3,expires=1,avg_ttl=0\r\n", _client.Ask("INFO", "keyspace").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Some_settings_change_at_run_time() => Run(
        "CONFIG SET timeout 100 maxclients 50 => OK",
        "CONFIG GET timeout => [timeout, 100]",
        "CONFIG GET maxcl* => [maxclients, 50]",
        "CONFIG SET appendonly yes => OK",
        "CONFIG RESETSTAT => OK");

    [Fact]
    public void Quit_says_goodbye_and_hangs_up()
    {
        _client.Send("SET a 1\r\nQUIT\r\nSET a 2\r\n");
        Assert.Equal("+OK\r\n+OK\r\n", _client.ReadToEnd());
        Assert.Equal("1", _fixture.Connect().Do("GET", "a"));
    }
}
