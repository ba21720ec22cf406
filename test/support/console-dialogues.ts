// What is typed at the engine's console and what comes back, byte for byte: recorded on the real interpreter (2v29), held against it
// and against the virtual board. Stack traces are left out of both, and so are messages of the parser. Binary bytes 3 and 4
// are not typed: the interpreter for Linux ends at them.

export interface Exchange {
  typed: string;
  answer: string;
}

const e = (typed: string, answer: string): Exchange => ({ typed, answer });
const INVALID = "\r\n  Invalid password\r\npassword>";
const BLANK_HEX = "\xff".repeat(990);

export const DIALOGUES: Record<string, Exchange[]> = {
  "lines are echoed, and their value is printed": [
    e("\n", "\r\n>"),
    e("1+1\n", "1+1\r\n=2\r\n>"),
    e('"a\\x01b\\xff"\n', '"a\\x01b\\xff"\r\n="a\\1b\\xFF"\r\n>'),
    e("[1,2]\n", "[1,2]\r\n=[ 1, 2 ]\r\n>"),
    e('({a:1,b:"x"})\n', '({a:1,b:"x"})\r\n={ a: 1, \r\n  b: "x"\r\n }\r\n>'),
    e("undefined\n", "undefined\r\n=undefined\r\n>"),
    e("new Uint8Array([1,2])\n", "new Uint8Array([1,2])\r\n=new Uint8Array([1, 2])\r\n>"),
    e('print("a\\nb")\n', 'print("a\\nb")\r\na\r\nb\r\n=undefined\r\n>'),
    e('"x"\r\n', '"x"\r\n="x"\r\n>'),
    e("x=\by=3\n", "x=\b \by=3\r\n=3\r\n>"),
    e("abc\x1b[2H", "abc\x1b[D\x1b[D\x1b[D\r\x1b[J>"),
    e("1\t2\n", "12\r\n=12\r\n>"),
  ],
  "a line that begins with 0x10 is not echoed": [
    e("\n", "\r\n>"),
    e('\x10print("a")\n', "a\r\n>"),
    e("\x10 1+2\n", ""),
    e("\x10(\x1b\n1+\x1b\n2)\n", ""),
    e("\x10(\n", ""),
    e("1)\n", ""),
    e('\x10throw "x"\n', "Uncaught x\r\n>"),
    e('\x10print("x");throw 1\n', "x\r\nUncaught 1\r\n>"),
  ],
  "open brackets and ESC LF go on with the line": [
    e("\n", "\r\n>"),
    e("function f(){\n return 5}f()\n", "function f(){\r\n: return 5}f()\r\n=5\r\n>"),
    e("var e=1;\x1b\n", "var e=1;\r\n:"),
    e('"x"\n', '"x"\r\n="x"\r\n>'),
    e("/*\n", "/*\r\n:"),
    e("*/5\n", "*/5\r\n=5\r\n>"),
    e("`a\n", "`a\r\n:"),
    e("b`\n", 'b`\r\n="a\\nb"\r\n>'),
  ],
  "errors are told": [
    e("\n", "\r\n>"),
    e('throw new Error("x")\n', 'throw new Error("x")\r\nUncaught Error: x\r\n>'),
    e("\x10nope()\n", 'Uncaught ReferenceError: "nope" is not defined\r\n>'),
    e('require("nope")\n', 'require("nope")\r\nUncaught Error: Module "nope" not found\r\n>'),
  ],
  "echo can be turned off": [
    e("\n", "\r\n>"),
    e("echo(0)\n", "echo(0)\r\n"),
    e("1+1\n", ""),
    e("print(5)\n", "5\r\n"),
    e("echo(1)\n", "=undefined\r\n>"),
  ],
  "a line printed meanwhile takes the prompt's place": [
    e("\n", "\r\n>"),
    e('\x10setTimeout(function(){print("later")},50)\n', "\r\x1b[Jlater\r\n>"),
  ],
  "files are written piece by piece": [
    e('\x10require("Storage").write("a.b","hello",0,10)\n', ""),
    e('\x10print(require("Storage").write("a.b"," you!",5))\n', "true\r\n>"),
    e(
      '\x10require("Storage").write("a.b"," yew!",5)\n',
      "Uncaught Error: File already written with different data\r\n>",
    ),
    e('\x10print(require("Storage").read("a.b"))\n', "hello you!\r\n>"),
    e('require("Storage").list()\n', 'require("Storage").list()\r\n=[ \r\n  "a.b"\r\n ]\r\n>'),
    e("\x10load()\n", ""),
    e("\n", "\r\n>"),
  ],
  "packets are answered by ACK, NAK and packets": [
    e("\n", "\r\n>"),
    e("\x10\x01\x20\x051+1+1", "\x06\x10\x01\x00\x013"),
    e("\x10\x01\x20\x06nope()", '\r\x1b[J\x15Uncaught ReferenceError: "nope" is not defined\r\n>'),
    e('\x10\x01\xa0\x12{"fn":"nothing.x"}', "\x15"),
    e('\x10\x01\x60\x17{"fn":"a.bin","s":1000}', "\x06"),
    e("\x10\x01\x80\x05abc\xf1e", "\x06"),
    e("\x10\x01\x80\x05fghij", "\x06"),
    e('\x10\x01\xa0\x0e{"fn":"a.bin"}', `\x06\x10\x01\x83\xe8abc\xf1efghij${BLANK_HEX}\x10\x01\x80\x00`),
    e("\x10\x01\x00\x05aaaaa", "\x15"),
    e('\x10\x01\x60\x12{"fn":"x","s":0}  ', "\x15"),
    e("\x10\x01\x80\x05fghij", "\x15"),
    e("\x05", "Espruino 2v29.277 LINUX\r\n"),
  ],
  "a locked console takes nothing but its password": [
    e("\n", "\r\n>"),
    e(
      'E.setPassword("sesame");E.lockConsole()\n',
      'E.setPassword("sesame");E.lockConsole()\r\n=undefined\r\npassword>',
    ),
    e("1+1\n", INVALID),
    e("\n", INVALID),
    e("\x10\x01\x20\x051+1+1\n", INVALID),
    e("sesam\n", INVALID),
    e("sesame0\n", INVALID),
    e("sesame\n", "\r\n  Logged in.\r\n>"),
    e("1+1\n", "1+1\r\n=2\r\n>"),
    e("\x10E.lockConsole()\n", ""),
    e("1\n", INVALID),
    e("sesame\n", "\r\n  Logged in.\r\n>"),
    e('\x10E.setPassword("open sesame ");E.lockConsole()\n', ""),
    e("opensesame\n", INVALID),
    e("open sesame\n", INVALID),
    e("open sesame \n", "\r\n  Logged in.\r\n>"),
  ],
};

/** Without the lines of a stack trace, whose places differ. */
export function withoutTrace(answer: string): string {
  return answer.replace(/ {4}at [^\n]*\n|\r\n *\^\r\n/g, "");
}
