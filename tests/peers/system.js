// The shipped daemon with the sample company, as processes on loopback, for tests in which an independent SMSC stands in front.
'use strict';
const assert = require('node:assert');
const {spawn, spawnSync} = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');

const root = path.resolve(__dirname, '../..');
const build = process.env.SHUBBAK_BUILD || path.join(root, 'build/dev');

// Resolves with the first output of `child` that matches.
function output(child, pattern, what, deadline_ms = 15000) {
  return new Promise((resolve, reject) => {
    let all = '';
    const timer = setTimeout(() => reject(new Error(`${what}: nothing like ${pattern} in\n${all}`)), deadline_ms);
    const read = (data) => {
      all += data;
      const match = pattern.exec(all);
      if (!match) return;
      clearTimeout(timer);
      resolve(match);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => reject(new Error(`${what} ended with ${code}:\n${all}`)));
  });
}

function ended(child) {
  return new Promise((resolve) => (child.exitCode !== null ? resolve(child.exitCode) : child.on('exit', resolve)));
}

// A flow that says again what it is told, so that a test has texts of its own to send both ways.
const echo = {
  'flows/echo.yaml': `flow: echo
schema: 1
entry: {ussd: "78", sms: {keywords: [echo]}}
slots: {said: {text: 600}}
states:
  ask:
    input: {type: text, max: 600, save: said, text: echo_ask}
    then: told
  told: {end: {text: echo_told}}
`,
  'strings/ar.yaml': 'echo_ask: "Say it"\necho_told: "{said}"\n',
  'strings/en.yaml': 'echo_ask: "Say it"\necho_told: "{said}"\n',
};

class System {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shubbak-peers-'));
    this.log = '';
    fs.writeFileSync(path.join(this.folder, 'shubbak.key'), 'ab'.repeat(32) + '\n', {mode: 0o600});
    this.config = path.join(root, 'config/syria-kuwwa/shubbak.yaml');
    this.environment = {
      ...process.env,
      SHUBBAK_STATE_DIR: this.folder,
      SHUBBAK_KEY_FILE: path.join(this.folder, 'shubbak.key'),
      SHUBBAK_HTTP_PORT: '0',
    };
  }

  // The shipped deployment with other values for some settings ("long_text: udh16"), others beside the link's address, and
  // the flow above.
  configure({values = {}, link = {}}) {
    for (const [name, text] of Object.entries(echo)) {
      const file = path.join(this.folder, 'echo', name);
      fs.mkdirSync(path.dirname(file), {recursive: true});
      fs.writeFileSync(file, text);
    }
    const shipped = path.join(root, 'config/syria-kuwwa');
    let yaml = fs.readFileSync(path.join(shipped, 'shubbak.yaml'), 'utf8');
    const set = (key, value) => {
      assert.match(yaml, new RegExp(`^ *${key}: `, 'm'), `no setting ${key} in the shipped configuration`);
      yaml = yaml.replace(new RegExp(`^( *${key}: ).*$`, 'm'), `$1${value}`);
    };
    for (const [key, value] of Object.entries(values)) set(key, value);
    set('folders', `[${path.join(root, 'config/common')}, ${shipped}, ${path.join(this.folder, 'echo')}]`);
    const more = Object.entries(link).map(([key, value]) => `      ${key}: ${value}\n`).join('');
    yaml = yaml.replace(/^ *system_id: .*\n/m, (line) => line + more);
    this.config = path.join(this.folder, 'shubbak.yaml');
    fs.writeFileSync(this.config, yaml);
  }

  async start_company() {
    this.company = spawn(path.join(build, 'samples/sample_company'),
      ['--port', '0', '--name', 'damascus', '--port', '0', '--name', 'aleppo', '--port', '0', '--name', 'homs']);
    const listening = await output(this.company, /damascus listening on (\S+)\naleppo listening on (\S+)\nhoms listening on (\S+)\nlistening/, 'sample_company');
    ['DAMASCUS', 'ALEPPO', 'HOMS'].forEach((name, i) => {
      this.environment[`COMPANY_${name}_URL`] = `http://${listening[i + 1]}`;
    });
  }

  link(msisdn, national_id) {
    const done = spawnSync(path.join(build, 'src/cli/shubbak'),
      ['link', 'make', '--confirmed', '--config', this.config, '--msisdn', msisdn, '--national-id', national_id], {env: this.environment});
    if (done.status !== 0) throw new Error(`shubbak link: ${done.stdout}${done.stderr}`);
  }

  async start_daemon(smsc_port) {
    this.environment.SYRIATEL_PORT = String(smsc_port);
    this.daemon = spawn(path.join(build, 'src/daemon/shubbakd'), ['--config', this.config], {env: this.environment});
    const keep = (data) => {
      this.log += data;
      if (this.on_log) this.on_log();
    };
    this.daemon.stdout.on('data', keep);
    this.daemon.stderr.on('data', keep);
    const started = await output(this.daemon, /"event":"started".*"http_port":(\d+)/, 'shubbakd');
    this.http_port = Number(started[1]);
  }

  // What the daemon has logged, or will.
  wait_for_log(pattern, deadline_ms = 15000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the log has nothing like ${pattern}`)), deadline_ms);
      this.on_log = () => {
        if (!pattern.test(this.log)) return;
        clearTimeout(timer);
        this.on_log = undefined;
        resolve();
      };
      this.on_log();
    });
  }

  get(where) {
    return new Promise((resolve, reject) => {
      http.get({host: '127.0.0.1', port: this.http_port, path: where}, (response) => {
        let body = '';
        response.on('data', (data) => { body += data; });
        response.on('end', () => resolve({status: response.statusCode, body}));
      }).on('error', reject);
    });
  }

  async metric(name) {
    const line = `${name}{operator="syriatel"}`;
    const found = (await this.get('/metrics')).body.split('\n').find((one) => one.startsWith(`${line} `));
    assert.ok(found, `no metric ${line}`);
    return Number(found.slice(line.length + 1));
  }

  async stop_daemon() {
    if (!this.daemon) return null;
    const done = ended(this.daemon);
    this.daemon.kill('SIGTERM');
    return done;
  }

  async stop() {
    await this.stop_daemon();
    if (this.company) {
      const done = ended(this.company);
      this.company.kill('SIGTERM');
      await done;
    }
    fs.rmSync(this.folder, {recursive: true, force: true});
  }
}

module.exports = {System, shubbak: path.join(build, 'src/cli/shubbak')};
