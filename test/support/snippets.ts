// Code that a minifier gets wrong on an engine without hoisting: run plain and minified, it must print the same.
export const SNIPPETS: Record<string, string> = {
  "a variable declared in a branch": `
    function f(a) { if (a > 1) { var x = a * 2; print(x); } for (var i = 0; i < 2; i++) { var y = i; print(y); } }
    f(1); f(2);`,
  "a variable declared in two branches": `
    var x = 7;
    function f(a) { if (a) { var x = 1; } else { var x = a + 2; } print(x); return x; }
    f(1); f(0);`,
  "a variable that hides one outside": `
    var x = 1;
    function f(n) { var x = n; function g() { x++; return x; } return g() + g(); }
    print(f(10)); print(x);`,
  "closures over a changing variable": `
    var list = [];
    function add(i) { list.push(function () { return i++; }); }
    for (var i = 0; i < 3; i++) add(i);
    print(list[0]() + "," + list[0]() + "," + list[2]());`,
  "recursion between functions": `
    function even(n) { return n === 0 ? true : odd(n - 1); }
    function odd(n) { return n === 0 ? false : even(n - 1); }
    print(even(10)); print(odd(7)); print(even(3));`,
  "a function that a callback needs at once": `
    function now(callback) { callback(); }
    function f(go) {
      if (go) return print("went");
      print("first");
      function isOver() { return go; }
      now(function () { if (isOver()) return; print("called back"); });
    }
    f(true); f(false);`,
  "order of evaluation with side effects": `
    var log = [];
    function s(name, value) { log.push(name); return value; }
    var r = s("a", 1) + s("b", 2) * s("c", 3);
    var o = { x: s("d", 4), y: s("e", 5) };
    if (s("f", 0) || s("g", 1)) r += s("h", o.x + o.y);
    print(r + " " + log.join(""));`,
  "arithmetic that must not be folded differently": `
    var L = 1048576; var n = 6755399441055744 * L; var x = 123456789012345;
    var c = x + n - n; print(c); print((x - c) | 0); print(-7 >> 1); print(-7 >>> 28); print((1 << 31) >>> 0);
    print(5 % -3); print(-5 % 3); print((0.5 - 1) * 4);`,
  "assignments inside expressions": `
    var b; var c = 0; var x = [];
    x.push((b = 7 + c) - (c = b >> 1), (b = 9 + c) - (c = b >> 1));
    print(x.join(",") + " " + c);`,
  "a switch that falls through": `
    function f(a) { var r = ""; switch (a) { case 1: r += "1"; case 2: r += "2"; break; case 3: r += "3"; break; default: r += "d"; } return r; }
    print(f(1) + f(2) + f(3) + f(4));`,
  "try, catch, finally and returns inside": `
    function f(a) { try { if (a) throw new Error("x"); return "r"; } catch (e) { return "c" + e.message; } finally { print("f"); } }
    print(f(0)); print(f(1));`,
  "loops with break, continue and a condition in the middle": `
    var r = ""; var i = 0;
    while (true) { if (++i > 9) break; if (i % 2) continue; r += i; }
    do { r += "x"; } while (r.length < 6);
    for (var k in { "a": 1, "b": 2 }) r += k;
    print(r);`,
  "strings with quotes, escapes and bytes": `
    print("a\\"b'c\\\\d"); print("\\x00\\xff".length + "," + "\\xff".charCodeAt(0)); print("</script>");
    print("tab\\tend".split("\\t").join("|"));`,
  "members with short, long, quoted and numeric names": `
    var o = { x: 1, someLongName: 2, "quoted name": 3, 7: 4 };
    o.another = o.x + o.someLongName; o["quoted name"] += o[7];
    print(o.another); print(o["quoted name"]); print("key" in { "key": 1 });`,
  "functions with many parameters, and arguments": `
    function f(a, b, c, d, e) { return [a, b, c, d, e].join("-"); }
    function g() { var r = 0; for (var i = 0; i < arguments.length; i++) r += arguments[i]; return r; }
    print(f(1, 2, 3, 4, 5)); print(g(1, 2, 3)); print(f.apply(null, [5, 4, 3, 2, 1]));`,
  "objects with methods that use this": `
    function Counter(start) { this.n = start; }
    Counter.prototype = undefined;
    var o = { n: 5, step: function () { this.n++; return this.n; } };
    print(o.step() + o.step()); print(typeof o.step);`,
  "a long chain of conditions": `
    function f(a) { return a < 0 ? "neg" : a === 0 ? "zero" : a < 10 && a % 2 ? "odd" : !(a > 10) ? "even" : "big"; }
    print([f(-1), f(0), f(3), f(4), f(11)].join());`,
  "a function that is called once, in a loop": `
    var out = [];
    function mix(a, b) { var t = a; for (var i = 0; i < b; i++) { t = (t * 31 + i) | 0; } return t; }
    for (var i = 0; i < 4; i++) out.push(mix(i, 5));
    print(out.join());`,
  "typed arrays": `
    var u = new Uint8Array([1, 2, 300]); var w = new Int32Array(2);
    w.set([u[2], -1]); u.fill(7); print([u[0], u[2], w[0], w[1], u.length].join());`,
};
