using System.Text;

namespace AkkaKv.Resp.Tests;

/// <summary>Bytes that are nearly right: pieces of the grammar in a random order, then a few of them changed, cut or doubled.</summary>
internal static class Fuzz
{
    private static readonly string[] Pieces =
    [
        "*1\r\n", "*2\r\n", "*3\r\n", "*0\r\n", "*-1\r\n", "*50\r\n", "*99999999999\r\n", "$0\r\n", "$1\r\n", "$3\r\n", "$-1\r\n",
        "$1000\r\n",
        "\r\n", "\n", "\r", "GET", "SET", "a", "\"", "'", "\\x41", "\\", " ", ":", "$", "*", "-", "+", "0", "1", "9",
    ];

    private static readonly string[] ReplyPieces =
    [
        "+OK\r\n", "-ERR x\r\n", ":1\r\n", ":x\r\n", "$1\r\na\r\n", "$-1\r\n", "$5\r\n", "*1\r\n", "*2\r\n", "*-1\r\n", "*0\r\n",
        "%1\r\n", "%-1\r\n",
        "~2\r\n", ">1\r\n", "|1\r\n", "|-1\r\n", "|0\r\n", "_\r\n", "#t\r\n", "#x\r\n", ",1.5\r\n", "(12\r\n", "=5\r\ntxt:a\r\n",
        "=1\r\na\r\n",
        "!3\r\nERR\r\n", "\r\n", "\n", "x", "*99999999999\r\n", "$-2\r\n",
    ];

    internal static byte[] Request(Random random) => Build(random, Pieces);

    internal static byte[] Reply(Random random) => Build(random, ReplyPieces);

    private static byte[] Build(Random random, string[] pieces)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 12); i > 0; i--)
            text.Append(pieces[random.Next(pieces.Length)]);

        var bytes = Encoding.Latin1.GetBytes(text.ToString());
        for (var i = random.Next(3); i > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }
}
