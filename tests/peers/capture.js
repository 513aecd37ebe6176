// What crosses the port of an SMSC on loopback, read by tshark: every PDU of the daemon must be well formed in its eyes too.
'use strict';
const assert = require('node:assert');
const {spawn, spawnSync} = require('node:child_process');
const {once} = require('node:events');

class Capture {
  constructor(port, file) {
    this.port = port;
    this.file = file;
    this.commands = '';  // that it has seen by now
  }

  start() {
    this.tshark = spawn('tshark', ['-i', 'lo', '-f', `tcp port ${this.port}`, '-w', this.file, '-P', '-l',
                                   '-d', `tcp.port==${this.port},smpp`, '-T', 'fields', '-e', 'smpp.command_id']);
    this.tshark.stdout.on('data', (data) => { this.commands += data; });
    return new Promise((resolve, reject) => {
      this.tshark.stderr.on('data', (data) => { if (/Capturing on/.test(String(data))) resolve(); });
      this.tshark.on('exit', (code) => reject(new Error(`tshark ended with ${code}`)));
    });
  }

  // A replace_sm, which nobody else sends: once the capture holds it, it holds all that went before.
  static last = '0x00000007';
  static last_pdu = Buffer.from('00000010' + '00000007' + '00000000' + '00000001', 'hex');

  // Once the capture holds `last`, it ends; it must hold `commands`, and nothing malformed of the daemon's.
  async check(last, commands) {
    const patience = AbortSignal.timeout(10_000);
    while (!this.commands.includes(last)) await once(this.tshark.stdout, 'data', {signal: patience});
    this.tshark.removeAllListeners('exit');
    const stopped = once(this.tshark, 'exit');
    this.tshark.kill('SIGINT');
    await stopped;
    const seen = this.read('-Y', 'smpp', '-T', 'fields', '-e', 'smpp.command_id');
    for (const id of commands) assert.ok(seen.includes(id), `no ${id} in the capture`);
    const malformed = '_ws.malformed || _ws.expert.severity == "error"';
    assert.equal(this.read('-Y', `tcp.dstport == ${this.port} && (${malformed})`), '');
  }

  read(...args) {
    const result = spawnSync('tshark', ['-r', this.file, '-d', `tcp.port==${this.port},smpp`, ...args], {maxBuffer: 1 << 26});
    assert.equal(result.status, 0, String(result.stderr));
    return String(result.stdout);
  }
}

module.exports = {Capture};
