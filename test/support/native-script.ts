// Calls of E.nativeCall and E.getAddressOf whose outcome does not depend on addresses: run by the simulator in
// test/host-sim/native-call.test.ts, and by both, to compare, in test/engine/native-call.test.ts. In Espruino's language.

const binary = (...halfwords: number[]): string =>
  halfwords
    .map((h) => `\\x${(h & 255).toString(16).padStart(2, "0")}\\x${(h >> 8).toString(16).padStart(2, "0")}`)
    .join("");

/** Little routines; the bytes put together by hand from the architecture manual. */
const ROUTINES: Record<string, string> = {
  add: binary(0x4408, 0x4770), // add r0, r1; bx lr
  all: binary(0x1840, 0x1880, 0x18c0, 0x4770), // adds r0, r0, r1 ... r3
  // umull r2, r3, r0, r1; mov r0, r3; bx lr
  high: binary(0xfba0, 0x2301, 0x4618, 0x4770),
  // a 64-bit sum of the words at r0 and r1, to r2: push {r4-r7, lr}; ldrd r4, r5; ldrd r6, r7; adds; adcs; strd; pop
  sum64: binary(0xb5f0, 0xe9d0, 0x4500, 0xe9d1, 0x6700, 0x19a4, 0x417d, 0xe9c2, 0x4500, 0xbdf0),
  // xor of r2 bytes from r1 into r0: cbz r2; subs r2; ldrb r3, [r1, r2]; ldrb r12, [r0, r2]; eor; strb; b
  xor: binary(0xb13a, 0x3a01, 0x5c8b, 0xf810, 0xc002, 0xea83, 0x030c, 0x5483, 0xe7f6, 0x4770),
  // min: cmp r0, r1; it gt; movgt r0, r1; bx lr
  min: binary(0x4288, 0xbfc8, 0x4608, 0x4770),
  // a constant among the code: ldr r0, [pc, #4]; add r0, r0, r0, ror #8 ...; the word 0x12345678
  constant: binary(0x4802, 0xea80, 0x2030, 0xfa90, 0xf080, 0x4770, 0x5678, 0x1234),
};

const CALLS: readonly string[] = [
  "n(1,'int(int,int)',add)(3,4)",
  "n(1,'int(int,int)',add)(-3,1)",
  "n(1,'int(int,int)',add)(4294967295,2)",
  "n(1,'int(int,int)',add)(2147483647,1)",
  "n(1,'int(int,int)',add)(3)",
  "n(1,'int(int,int)',add)(NaN,1.9)",
  "n(1,'int(int,int)',add)(-1.9,null)",
  "n(1,'int(int,int)',add)('12',true)",
  "n(1,'int(int,int)',add)(1,2,3,4,5,6)",
  "n(1,'bool(int,int)',add)(1,2)",
  "n(1,'bool(int,int)',add)(1,1)",
  "n(1,'void(int,int)',add)(1,1)",
  "n(1,'int(bool,bool)',add)('x',[])",
  "n(1,'int(bool,bool)',add)(NaN,'')",
  "n(1,' int /*x*/ ( int , int ) rubbish',add)(1,1)",
  "n(1,'int(int,int,void,int)',add)(1,1)",
  "n(1,'int(int,int,)',add)(1,1)",
  "n(1,'int(int,int,int,int)',all)(5,6,7,8)",
  "n(1,'int(int,int,int,int,void)',all)(5,6,7,8)",
  "n(1,'int(int,int,int,int,int)',all)(5,6,7,8)",
  "n(1,'int(int,int,int,int,bool)',all)(5,6,7,8)",
  "n(1,'int(int,int,int,int,void,int)',all)(5,6,7,8)",
  "n(1,'int',add)",
  "n(1,'long(int)',add)",
  "n(1,'int(int int)',add)",
  "n(1,'int(int',add)",
  "n(1,'int(int,',add)",
  "n(1,'',add)",
  "n(1,'int(foo)',add)",
  "n(1,'int int',add)",
  "n(1,5,add)",
  "n(1,null,add)",
  "n(1,undefined,add)()",
  "n(5,'int(int,int)',add+add)(20,22)",
  "n(a(atob(btoa(add+add+add+add+add)))+1,'int(int,int)')(20,22)",
  "n(1,'int(int,int)',high)(-1,-1)",
  "n(1,'int(int,int)',high)(305419896,1000000)",
  "n(1,'int(int,int)',min)(-5,3)",
  "n(1,'int(int,int)',min)(5,3)",
  "n(1,'int()',constant)()",
  "(x=new Uint32Array([0xffffffff,1,2,3,0,0]),n(1,'void(int,int,int)',sum64)(a(x),a(x)+8,a(x)+16),[x[4],x[5]])",
  "(x=u(40,3),y=u(40,5),n(1,'void(int,int,int)',xor)(a(x)+1,a(y.subarray(7)),30),[].slice.call(x))",
  "(x=u(40,3),y=new Uint16Array(x.buffer,6,4),n(1,'void(int,int,int)',xor)(a(y),a(x),8),[].slice.call(x))",
  "(x=u(64,1),[a(x.subarray(5))-a(x),a(x.buffer)-a(x),a(new Uint32Array(x.buffer,8,2))-a(x),a(x)&3])",
  "(x=u(64,1),a(x)==a(x))",
  "[5,[1,2],undefined,function(){},null].map(a)",
  "[0,1,4,8,9,10,15,16,17,18,19,20,32].map(function(l){return a(u(l,0))!=0})",
  "[0,4,8,9,17,18,32].map(function(l){return a(E.toString(u(l,0)))!=0})",
  "typeof n(1,'int(int)',add)",
];

export interface NativeCase {
  call: string;
  /** Prints "@" and the outcome as JSON. */
  line: string;
}

export const PRELUDE = [
  "var x,y,n=function(o,s,c){return E.nativeCall(o,s,c);},a=function(v){return E.getAddressOf(v,true);};",
  "function u(l,k){var r=new Uint8Array(l);for(var i=0;i<l;i++)r[i]=i*k+k;return r;}",
  "function t(f){var r;try{r=f();}catch(e){r='threw '+e.message;}print('@'+JSON.stringify(r===undefined?'undefined':r));}",
  ...Object.entries(ROUTINES).map(([name, text]) => `var ${name}="${text}";`),
].join("\n");

export const NATIVE_CASES: readonly NativeCase[] = CALLS.map((call) => ({
  call,
  line: `t(function(){return ${call};});`,
}));
