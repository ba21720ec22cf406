// What a board has and the interpreter for Linux lacks, evaluated as .boot0 before the unchanged bundle: pins, noise, the
// button, Wi-Fi or Ethernet, flash at the board's addresses. In front of it stands `var board={...}`
// (test/support/board-machine.ts). The engine's random numbers stand for noise: keys made here are for tests. It is written
// to leave few variables behind, because they are missing on the board.
for (var name in board.pins) global[name] = board.pins[name];
board.hidden.forEach(function (hash) {
  require("crypto")[hash] = undefined;
});
delete board.pins;
delete board.hidden;
delete global.name;
var setWatch = function (callback) {
  board.watched = callback;
};
global.digitalRead = function () {
  return board.level;
};
global.poke32 = global.digitalWrite = function () {};
global.analogRead = Math.random;
global.peek32 = function () {
  return Math.random() * 4294967296;
};
board.real = require;
board.flash = require("Flash");
board.Flash = {
  read: function (length, address) {
    return board.flash.read(length, address + board.moved);
  },
  write: function (data, address) {
    board.flash.write(data, address + board.moved);
  },
};
global.require = function (module) {
  return board[module] || board.real(module);
};
if (board.network == "wifi")
  board.Wifi = {
    startAP: function (ssid, options, callback) {
      setTimeout(callback, 20, null);
    },
    stopAP: function () {},
    connect: function (ssid, options, callback) {
      setTimeout(callback, 20, null);
    },
    on: function () {},
  };
if (board.network == "wiznet")
  board.WIZnet = {
    connect: function () {
      return board.WIZnet;
    },
    setIP: function (options, callback) {
      if (callback) setTimeout(callback, 20, null);
    },
  };
