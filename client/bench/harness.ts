// What the bench puts beside its build, as .boot1, which the engine runs before the firmware: a network whose cable is the
// console (the engine's NetworkJS; the firmware's own server listens on it), and an eye on variables and stack wherever the
// firmware joins bytes, which is deep in everything it does. ES5 as the engine takes it: docs/SIMULATOR.md, Language.

/** `wibBench.w(on)`: watch from now on, or not; gives what has been seen: most variables and least free stack, "-" for none. */
const WATCH =
  `var f=E.toUint8Array,on=0,v=-1,s=-1;` +
  `function look(){var m=process.memory(false);if(m.usage>v)v=m.usage;if(m.stackFree>=0&&(s<0||m.stackFree<s))s=m.stackFree}` +
  `E.toUint8Array=function(){if(on)look();return f.apply(E,arguments)};` +
  `b.w=function(x){if(on)look();var r=(v<0?"-":v)+" "+(s<0?"-":s);on=x;v=s=-1;return r};`;

/** The device's HTTPS, once it is set up, has nobody: the console carries the setup's HTTP. */
const TLS_SERVER = 99999;

/** What the board prints once when there is something to ask `wibBench.x` for: bytes, an end, a port that opens or shuts. */
export const WIRE_NEWS = "wibBench";

/**
 * `wibBench.x(list)`: list of [connection, bytes from the client in base64, has it ended?]; unknown ones are new. Gives JSON:
 * l: the port that is listened on, or -1; c: list of [connection, bytes in base64, is it closed, microseconds from the last
 * byte that was read to the first that was written].
 */
const WIRE =
  `var l=-1,q=[],c={},p=0;function say(){if(!p){p=1;print("${WIRE_NEWS}")}}` +
  `require("NetworkJS").create({` +
  `create:function(h,o){if(h!==undefined)return -1;if(o===443)return ${TLS_SERVER};l=o;say();return 0},` +
  `close:function(n){if(n===0)l=-1;else if(c[n])c[n].d=1;say()},` +
  `accept:function(n){return n===0&&q.length?q.shift():-1},` +
  `recv:function(n,m){var k=c[n];if(!k)return -1;if(!k.i)return k.e?-1:"";` +
  `var t=k.i.substr(0,m);k.i=k.i.substr(m);k.r=getTime();return t},` +
  `send:function(n,t){var k=c[n];if(!k)return -1;if(k.o.length>1024)return 0;` +
  `if(!k.t)k.t=getTime()-(k.r||0);k.o+=t;say();return t.length}});` +
  `b.x=function(a){var r=[],n,k,t;p=0;a.forEach(function(e){` +
  `n=e[0];if(!c[n]){c[n]={i:"",o:"",e:0,d:0,r:0,t:0};q.push(n)}c[n].i+=atob(e[1]);if(e[2])c[n].e=1});` +
  `for(n in c){k=c[n];t=k.o.substr(0,512);k.o=k.o.substr(512);` +
  `if(t||k.d)r.push([1*n,btoa(t),k.d&&!k.o?1:0,Math.round(k.t*1e6)]);if(k.d&&!k.o)delete c[n]}` +
  `return JSON.stringify({l:l,c:r})};`;

/**
 * `wibBench.t`: when it started, by the board's clock; `wibBench.u`: variables that all this takes.
 * @param hasWire without it the board's own network is used.
 */
export function harness(hasWire: boolean): string {
  const own = `var u=process.memory().usage,b=global.wibBench={t:getTime()};`;
  return `(function(){${own}${WATCH}${hasWire ? WIRE : ""}b.u=process.memory().usage-u})();\n`;
}
