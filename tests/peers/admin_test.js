// The API for staff of the shipped daemon, asked by Node's own HTTPS client, which shares no code with it; every request and
// answer is judged by npm `ajv` against the OpenAPI document that the daemon serves.
'use strict';
const assert = require('node:assert');
const {spawnSync} = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');
const {after, before, test} = require('node:test');
const Ajv = require('ajv').default;
const {Smsc} = require('./smsc');
const {System, shubbak} = require('./system');

const msisdn = '+963933123456';
const national_id = '01020304050';
const password = 'a long password';
const roles = ['clerk', 'cashier', 'case_worker', 'designer', 'publisher', 'overseer', 'admin', 'station', 'bank'];

const system = new System();
const smsc = new Smsc();
// A register of persons that knows everybody, while it is there.
let register_is_down = false;
const register = http.createServer((asked, answer) => {
  let all = '';
  asked.on('data', (data) => { all += data; });
  asked.on('end', () => {
    answer.writeHead(register_is_down ? 503 : 200, {'Content-Type': 'application/json'});
    answer.end(register_is_down ? '' : JSON.stringify({national_id: JSON.parse(all).national_id, standing: 'exists'}));
  });
});
const certificate = path.join(system.folder, 'certificate.pem');
const key = path.join(system.folder, 'key.pem');
let port;
let document;
const tokens = {};
const granted = {};         // permissions, by role
const done = new Set();     // operations that were carried out
const refused = new Set();  // and refused

function staff(args, input) {
  return spawnSync(shubbak, ['staff', ...args, '--config', system.config], {env: system.environment, input, encoding: 'utf8'});
}

function request(method, where, {token, body, raw, type = 'application/json'} = {}) {
  return new Promise((resolve, reject) => {
    const headers = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    const text = raw !== undefined ? raw : body === undefined ? undefined : JSON.stringify(body);
    if (text !== undefined) Object.assign(headers, {'Content-Type': type, 'Content-Length': Buffer.byteLength(text)});
    const options = {host: '127.0.0.1', port, method, path: where, headers, ca: fs.readFileSync(certificate), agent: false};
    const asked = https.request(options, (response) => {
      let all = '';
      response.on('data', (data) => { all += data; });
      response.on('end', () => resolve({status: response.statusCode, headers: response.headers, text: all,
                                        body: all ? JSON.parse(all) : undefined}));
    });
    asked.on('error', reject);
    asked.end(text);
  });
}

const ajv = new Ajv({strict: false, validateFormats: false, allErrors: true});
function judge(schema, value) {
  const plain = JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/error', '#/definitions/error'));
  const validate = ajv.compile({...plain, definitions: document.components.schemas});
  return validate(value) ? [] : validate.errors;
}
const schema_of = (content) => content && content['application/json'].schema;

function operation_of(method, where) {
  for (const [template, operations] of Object.entries(document.paths)) {
    if (!new RegExp(`^${template.replace('{number}', '\\d+')}$`).test(where)) continue;
    if (operations[method.toLowerCase()]) return [`${method} ${template}`, operations[method.toLowerCase()]];
  }
  throw new Error(`the document has no ${method} ${where}`);
}

// Asks, and holds request and answer against the document.
async function call(method, where, {role, body, ...more} = {}) {
  const [name, operation] = operation_of(method, where);
  const wanted = operation.requestBody && schema_of(operation.requestBody.content);
  const is_valid = wanted ? body !== undefined && judge(wanted, body).length === 0 : body === undefined;
  const reply = await request(method, where, {token: tokens[role], body, ...more});
  const documented = operation.responses[String(reply.status)];
  const answer = schema_of((documented || operation.responses.default).content);
  if (answer) {
    assert.deepEqual(judge(answer, reply.body), [], `${name}: ${reply.text}`);
    assert.match(reply.headers['content-type'], /^application\/json/);
  } else {
    assert.equal(reply.text, '');
  }
  assert.equal(reply.headers['cache-control'], 'no-store');
  assert.match(reply.headers['x-request-id'], /^[0-9a-f]{16}$/);
  if (documented) {
    assert.ok(is_valid, `${name}: done although the document has another body`);
    done.add(name);
  } else {
    refused.add(name);
    if (reply.body.error.code === 'bad_request') assert.ok(!is_valid, `${name}: ${reply.text}`);
  }
  return reply;
}

before(async () => {
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', '/CN=shubbak', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate]);
  assert.equal(made.status, 0, String(made.stderr));
  Object.assign(system.environment, {SHUBBAK_ADMIN_PORT: '0', SHUBBAK_ADMIN_CERTIFICATE: certificate, SHUBBAK_ADMIN_PRIVATE_KEY: key,
    MAIL_URL: 'smtp://127.0.0.1:1'});
  await system.start_company();
  await new Promise((resolve) => register.listen(0, '127.0.0.1', resolve));
  for (const role of roles) {
    const added = staff(['add', role, '--full-name', `Owner of ${role}`, '--role', role], `${password}\n`);
    assert.equal(added.status, 0, added.stderr);
  }
  // The daemon alone has the register: the command line would be waited for by the process that answers it.
  const of_commands = system.config;
  const shipped = path.dirname(of_commands);
  const yaml = fs.readFileSync(of_commands, 'utf8').replace(/^folders: .*$/m, `folders: [${path.join(shipped, '../common')}, ${shipped}]`);
  system.config = path.join(system.folder, 'shubbak.yaml');
  fs.writeFileSync(system.config, `${yaml}\nregistry: {url: 'http://127.0.0.1:${register.address().port}/', on_down: pending}\n`);
  await system.start_daemon(await smsc.listen());
  system.config = of_commands;
  await smsc.bound.next('the bind');
  port = Number(/"admin_port":(\d+)/.exec(system.log)[1]);
  document = (await request('GET', '/openapi.json')).body;
});

after(async () => {
  await system.stop();
  await smsc.close();
  register.close();
});

// The next text to that number, whatever others are sent.
async function text_to(number, what) {
  for (;;) {
    const {to, text} = await smsc.next_text(what);
    if (`+${to}` === number) return text;
  }
}
const code_in = (text) => /(?<!\d)\d{6}(?!\d)/.exec(text)[0];

test('the document is OpenAPI 3.0 and its schemas compile', () => {
  assert.match(document.openapi, /^3\.0\./);
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) {
      assert.ok(operation.summary && operation.responses.default);
      if (operation.requestBody) judge(schema_of(operation.requestBody.content), {});
    }
  }
});

test('everybody logs in and sees who they are', async () => {
  for (const role of roles) {
    const login = await call('POST', '/login', {body: {name: role, password}});
    tokens[role] = login.body.token;
    const me = (await call('GET', '/me', {role})).body;
    assert.deepEqual(me.roles, [role]);
    granted[role] = me.permissions;
  }
  assert.equal((await call('POST', '/login', {body: {name: 'clerk', password: 'not the password'}})).status, 401);
  assert.equal((await call('GET', '/openapi.json')).status, 200);
});

test('what the document does not allow, the server does not take', async () => {
  const asked = {};  // by the role's session, of which so many requests are taken in a minute
  for (const [where, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (!operation.requestBody) continue;
      const schema = schema_of(operation.requestBody.content);
      const fitting = Object.fromEntries(Object.entries(schema.properties).map(([name, property]) =>
        [name, property.type === 'array' ? [] : property.type === 'integer' ? 1 : property.type === 'boolean' ? true : property.enum ? property.enum[0] : 'x'.repeat(Math.max(1, property.minLength))]));
      assert.deepEqual(judge(schema, fitting), []);
      const bodies = [{...fitting, more: 1}];
      for (const name of schema.required || []) {
        const without = {...fitting};
        delete without[name];
        bodies.push(without);
      }
      for (const [name, property] of Object.entries(schema.properties)) {
        bodies.push({...fitting, [name]: null}, {...fitting, [name]: {}});
        if (property.maxLength < 60000) bodies.push({...fitting, [name]: 'x'.repeat(property.maxLength + 1)});
        if (property.minimum === 0) bodies.push({...fitting, [name]: -1}, {...fitting, [name]: 1.5});
        if (property.type === 'array') bodies.push({...fitting, [name]: Array(property.maxItems + 1).fill('x')}, {...fitting, [name]: [7]});
      }
      const permission = /permission (\S+)\.$/.exec(operation.description || '');
      const role = permission ? roles.findLast((one) => granted[one].includes(permission[1])) : 'clerk';
      for (const body of bodies) {
        assert.notDeepEqual(judge(schema, body), [], `${where}: ${JSON.stringify(body).slice(0, 200)}`);
        asked[role] = (asked[role] || 0) + 1;
        if (asked[role] % 200 === 0) tokens[role] = (await call('POST', '/login', {body: {name: role, password}})).body.token;
        const reply = await call(method.toUpperCase(), where, {role, body});
        assert.equal(reply.body.error.code, 'bad_request', `${where} took ${JSON.stringify(body).slice(0, 200)}: ${reply.text}`);
      }
    }
  }
  for (const role of Object.keys(asked)) tokens[role] = (await call('POST', '/login', {body: {name: role, password}})).body.token;
});

test('a clerk links a number, and does to it what a counter does', async () => {
  const act = (where, role = 'clerk') => call('POST', where, {role, body: {msisdn}});
  assert.equal((await call('POST', '/links', {role: 'clerk', body: {msisdn, national_id, office: 'Homs post office'}})).status, 201);
  assert.equal((await call('POST', '/links', {role: 'clerk', body: {msisdn, national_id: '01020304051'}})).status, 409);
  const found = await call('POST', '/links/find', {role: 'overseer', body: {national_id}});
  assert.equal(found.body.links[0].state, 'pending');
  assert.ok(!found.text.includes(national_id) && !found.text.includes('963933123456'));
  assert.equal((await act('/links/verify')).status, 409);  // it is
  system.link(msisdn, national_id);  // in place of the phone, which says yes
  assert.equal((await act('/links/clear-tries')).status, 200);
  assert.equal((await act('/links/reset-pin')).status, 404);  // they have none
  assert.equal((await act('/links/email')).status, 404);  // likewise
  const to = (address) => call('POST', '/links/email', {role: 'clerk', body: {msisdn, address}});
  const added = await to('amal@example.org');
  assert.equal(added.status, 200);
  assert.ok(!added.text.includes('amal@'));
  assert.equal((await to('amal@example.org\r\nBcc: all@example.org')).body.error.field, 'address');
  assert.equal((await act('/links/hold')).body.money_hold, 'held');
  assert.equal((await act('/links/clear-hold')).body.money_hold, 'asked');
  assert.equal((await act('/links/suspend')).body.state, 'suspended');
  assert.equal((await act('/links/resume')).body.state, 'active');
  assert.equal((await act('/links/release')).status, 403);  // without the code of the phone
  assert.equal((await act('/links/release-code')).body.state, 'active');
  assert.equal((await call('POST', '/links/release', {role: 'clerk', body: {msisdn, code: '12345'}})).body.error.field, 'code');
  const metrics = (await system.get('/metrics')).body;
  assert.match(metrics, /^shubbak_codes_total\{outcome="sent"\} 1$/m);
  assert.match(metrics, /^shubbak_code_tries_total\{outcome="wrong"\} 1$/m);
  for (const what of ['find', 'verify', 'hold', 'clear-hold', 'suspend', 'resume', 'release', 'release-code', 'reset-pin', 'clear-tries', 'email'])
    assert.equal((await act(`/links/${what}`, 'designer')).status, 403);
});

test('what a phone confirmed is released and relinked with its code, a PIN is taken away, and who waits for the register is verified', async () => {
  const with_number = (number, body = {}) => ({role: 'clerk', body: {msisdn: number, ...body}});
  const linked = (number, person) => {
    system.link(number, person);
    return number;
  };
  const released = linked('+963933123901', '01020304061');
  assert.equal((await call('POST', '/links/release-code', with_number(released))).status, 200);
  let code = code_in(await text_to(released, 'the code of a release'));
  assert.equal((await call('POST', '/links/release', with_number(released, {code}))).body.state, 'released');
  const relinked = linked('+963933123902', '01020304062');
  const to = {national_id: '01020304063'};
  assert.equal((await call('POST', '/links/relink-code', with_number(relinked, to))).status, 200);
  code = code_in(await text_to(relinked, 'the code of a relink'));
  assert.equal((await call('POST', '/links/relink', with_number(relinked, {...to, code}))).body.national_id, '01*******63');
  const reset = linked('+963933123903', '01020304064');
  await smsc.sms(reset.slice(1), 'pin', 0);
  await smsc.sms(reset.slice(1), code_in(await text_to(reset, 'the code of a PIN')), 0);
  await text_to(reset, 'the question for a PIN');
  await smsc.sms(reset.slice(1), '39517', 0);
  await text_to(reset, 'that the PIN is set');
  assert.equal((await call('POST', '/links/reset-pin', with_number(reset))).status, 200);
  register_is_down = true;
  const waits = '+963933123904';
  const made = await call('POST', '/links', with_number(waits, {national_id: '01020304065'}));
  assert.deepEqual([made.status, made.body.state, made.body.verified], [201, 'pending', false]);
  assert.equal((await call('POST', '/links/verify', with_number(waits))).status, 503);
  register_is_down = false;
  assert.equal((await call('POST', '/links/verify', with_number(waits))).body.verified, true);
  code_in(await text_to(waits, 'the question that waited'));
});

test('an overseer reads in the audit trail who did that, and nobody in whose name they did it', async () => {
  const found = await call('POST', '/audit/search', {role: 'overseer', body: {msisdn, by: 'clerk'}});
  assert.deepEqual(found.body.records.map((record) => record.action),
    ['link.made', 'link.email_set', 'link.held', 'link.hold_asked', 'link.suspended', 'link.resumed', 'link.code_sent']);
  assert.equal(JSON.parse(found.body.records[6].detail).purpose, 'release');
  assert.equal(JSON.parse(found.body.records[0].detail).office, 'Homs post office');
  assert.ok(!found.text.includes(national_id) && !found.text.includes('963933123456'));
  const end = await call('GET', '/audit/end', {role: 'overseer'});
  const last = await call('POST', '/audit/search', {role: 'overseer', body: {after: end.body.number - 1}});
  assert.deepEqual(last.body.records.map((record) => record.hash), [end.body.hash]);
  assert.equal((await call('POST', '/audit/search', {role: 'clerk', body: {}})).status, 403);
  assert.equal((await call('GET', '/audit/end', {role: 'clerk'})).status, 403);
});

test('an admin makes, changes and closes an account', async () => {
  const account = {name: 'amal', full_name: 'أمل حداد', email: 'amal@example.org', password, roles: ['clerk@damascus/rif/post_7']};
  assert.equal((await call('POST', '/staff', {role: 'admin', body: account})).status, 201);
  assert.equal((await call('POST', '/staff', {role: 'overseer', body: account})).status, 403);
  assert.equal((await call('GET', '/staff', {role: 'admin'})).body.staff.length, 10);
  assert.equal((await call('GET', '/staff', {role: 'clerk'})).status, 403);
  const names = async (body) => (await call('POST', '/staff/find', {role: 'overseer', body})).body.staff.map(({name}) => name);
  const all = await names({});
  assert.equal(all.length, 10);
  assert.deepEqual(await names({after: all[2]}), all.slice(3));
  assert.equal((await call('POST', '/staff/find', {role: 'clerk', body: {}})).status, 403);
  const login = await call('POST', '/login', {body: {name: 'amal', password}});
  tokens.amal = login.body.token;
  // Somebody of one office does things there, and nowhere else.
  const elsewhere = await call('POST', '/links/hold', {role: 'amal', body: {msisdn, office: 'post_8'}});
  assert.equal(elsewhere.status, 403);
  assert.equal(elsewhere.body.error.field, 'office');
  assert.match(elsewhere.body.error.message, /post_7/);
  for (const [where, office] of [['hold', 'post_7'], ['suspend', undefined], ['resume', undefined]])
    assert.equal((await call('POST', `/links/${where}`, {role: 'amal', body: {msisdn, office}})).status, 200);
  const there = await call('POST', '/audit/search', {role: 'overseer', body: {msisdn, by: 'amal'}});
  assert.deepEqual(there.body.records.map(({action, detail}) => [action, JSON.parse(detail).office]),
    [['link.held', 'post_7'], ['link.suspended', 'post_7'], ['link.resumed', 'post_7']]);
  for (const [where, operations] of Object.entries(document.paths)) {
    if (!where.startsWith('/links') || where === '/links/find') continue;
    assert.ok(schema_of(operations.post.requestBody.content).properties.office, where);
  }
  assert.equal((await call('POST', '/staff/phone', {role: 'admin', body: {name: 'amal', msisdn: '+963955100299'}})).status, 200);
  assert.equal((await call('POST', '/staff/pin', {role: 'admin', body: {name: 'amal', pin: '39517'}})).status, 204);
  assert.equal((await call('POST', '/staff/roles', {role: 'admin', body: {name: 'amal', roles: ['cashier']}})).status, 200);
  assert.equal((await call('GET', '/me', {role: 'amal'})).status, 401);
  assert.equal((await call('POST', '/staff/password', {role: 'admin', body: {name: 'amal', password: 'another password'}})).status, 204);
  assert.equal((await call('POST', '/staff/disable', {role: 'admin', body: {name: 'amal'}})).status, 200);
  assert.equal((await call('POST', '/login', {body: {name: 'amal', password: 'another password'}})).status, 401);
  assert.equal((await call('POST', '/staff/enable', {role: 'admin', body: {name: 'amal'}})).status, 200);
  for (const [where, body] of [['/staff/roles', {name: 'x', roles: []}], ['/staff/password', {name: 'x', password}],
                               ['/staff/disable', {name: 'x'}], ['/staff/enable', {name: 'x'}]])
    assert.equal((await call('POST', where, {role: 'publisher', body})).status, 403);
});

test('a designer proposes a change of the shipped flows, a publisher puts it into force, and the daemon runs it', async () => {
  const shipped = path.join(__dirname, '../../config/syria-kuwwa');
  const english = fs.readFileSync(path.join(shipped, 'strings/en.yaml'), 'utf8');
  const changed = {name: 'syria-kuwwa/strings/en.yaml', text: english.replace('One window', 'Two windows')};
  assert.notEqual(changed.text, english);
  const broken = {note: 'x', files: [{...changed, text: '{broken'}], removed: []};
  const fault = await call('POST', '/flows/proposals', {role: 'designer', body: broken});
  assert.equal(fault.status, 422);
  assert.match(fault.body.error.message, /strings\/en\.yaml:1:/);
  const made = await call('POST', '/flows/proposals', {role: 'designer', body: {note: 'another title', files: [changed], removed: []}});
  assert.equal(made.status, 201, made.text);
  assert.equal((await call('GET', '/flows/proposals', {role: 'publisher'})).body.proposals[0].author, 'designer');
  assert.equal((await call('GET', '/flows/proposals/99', {role: 'publisher'})).status, 404);
  const looked = await call('GET', `/flows/proposals/${made.body.number}`, {role: 'publisher'});
  assert.ok(looked.body.files.some(({name, after}) => name === changed.name && after === changed.text));
  const approve = `/flows/proposals/${made.body.number}/approve`;
  assert.equal((await call('POST', approve, {role: 'designer'})).status, 403);
  const published = await call('POST', approve, {role: 'publisher'});
  assert.equal(published.status, 200, published.text);
  assert.equal((await call('GET', '/flows/publications', {role: 'overseer'})).body.publications[0].revision, made.body.revision);
  for (const where of ['/flows/proposals', '/flows/publications']) assert.equal((await call('GET', where, {role: 'clerk'})).status, 403);
  await system.wait_for_log(/"event":"reloaded".*"publication":1/);
});

test('a clerk takes cash into a drawer, a cashier brings it in, and an overseer reads of it', async () => {
  const drawer = 'clerk.post_7';
  const opening = {account: 'clerk', directorate: 'rif', office: 'post_7', ceiling: 1000000, currency: 'SYP'};
  assert.equal((await call('POST', '/cash/drawers', {role: 'admin', body: opening})).status, 201);
  assert.equal((await call('POST', '/cash/drawers', {role: 'admin', body: opening})).status, 409);
  assert.equal((await call('POST', '/cash/drawers/ceiling', {role: 'admin', body: {drawer, ceiling: 20000}})).body.ceiling, 20000);
  assert.equal((await call('POST', '/cash/drawers/ceiling', {role: 'clerk', body: {drawer, ceiling: 1}})).status, 403);
  const bill = {company: 'aleppo', account: '2100345', amount: 5000, currency: 'SYP'};
  assert.deepEqual((await call('POST', '/cash/quote', {role: 'clerk', body: {...bill, drawer}})).body, {due: 4875000, amount: 5000, fee: 0, total: 5000, currency: 'SYP'});
  assert.equal((await call('POST', '/cash/quote', {role: 'clerk', body: {...bill, drawer, account: '1'}})).status, 404);
  const paid = await call('POST', '/cash/payments', {role: 'clerk', body: {...bill, key: 'press-1', drawer}});
  assert.equal(paid.body.state, 'settled', paid.text);
  assert.match(paid.body.check, /^\d{7}$/);
  assert.deepEqual((await call('POST', '/cash/payments', {role: 'clerk', body: {...bill, key: 'press-1', drawer}})).body, paid.body);
  assert.equal((await call('POST', '/cash/payments', {role: 'clerk', body: {...bill, key: 'press-2', drawer, amount: 15001}})).status, 409);
  assert.equal((await call('POST', '/cash/payments', {role: 'cashier', body: {...bill, key: 'press-3', drawer}})).status, 403);
  const declined = (await call('POST', '/cash/payments', {role: 'clerk', body: {...bill, account: '9000028', amount: 700, key: 'press-4', drawer}})).body;
  assert.deepEqual([declined.state, declined.owed], ['released', 700]);
  const listed = await call('POST', '/cash/payments/find', {role: 'clerk', body: {drawer, open: true}});
  assert.deepEqual(listed.body.payments, [declined]);
  assert.equal((await call('POST', '/cash/payments/find', {role: 'designer', body: {drawer}})).status, 403);
  const back = {key: 'back-1', drawer, receipt: declined.receipt, amount: 700, currency: 'SYP'};
  assert.equal((await call('POST', '/cash/payments/give-back', {role: 'clerk', body: {...back, amount: 699}})).status, 409);
  for (const _ of [1, 2]) assert.equal((await call('POST', '/cash/payments/give-back', {role: 'clerk', body: back})).body.owed, 0);
  assert.equal((await call('POST', '/cash/payments/give-back', {role: 'clerk', body: {...back, key: 'back-2'}})).status, 409);
  assert.equal((await call('POST', '/cash/payments/give-back', {role: 'cashier', body: back})).status, 403);
  assert.equal((await call('POST', '/cash/payments/give-back', {role: 'clerk', body: {...back, key: 'back-3', receipt: paid.body.receipt}})).status, 409);
  assert.equal((await call('POST', '/cash/top-ups', {role: 'clerk', body: {key: 'top-1', drawer, card: '1234567890', amount: 5, currency: 'SYP'}})).status, 404);
  assert.deepEqual((await call('POST', '/cash/top-ups/find', {role: 'clerk', body: {drawer}})).body.top_ups, []);
  assert.equal((await call('POST', '/cash/top-ups/find', {role: 'designer', body: {drawer}})).status, 403);
  const deposit = {key: 'slip-1', drawer, amount: 3000, currency: 'SYP', reference: 'bank.1'};
  assert.equal((await call('POST', '/cash/deposits', {role: 'clerk', body: deposit})).status, 403);
  assert.equal((await call('POST', '/cash/deposits', {role: 'cashier', body: deposit})).body.holds, 2000);
  assert.equal((await call('POST', '/cash/deposits', {role: 'cashier', body: {...deposit, key: 'slip-2'}})).status, 409);
  assert.equal((await call('POST', '/cash/counts', {role: 'clerk', body: {drawer, counted: 1900, currency: 'SYP'}})).body.missing, 100);
  assert.equal((await call('POST', '/cash/counts', {role: 'cashier', body: {drawer, counted: 1900, currency: 'SYP'}})).status, 403);
  const day = (add) => new Date(Date.now() + add * 86400000).toISOString().slice(0, 10);
  const days = {from: day(-1), to: day(1)};
  assert.equal((await call('POST', '/cash/statement', {role: 'overseer', body: {drawer, from: day(-1), to: day(366)}})).status, 422);
  const {opening: before, closing, adds_up} = (await call('POST', '/cash/statement', {role: 'overseer', body: {drawer, ...days}})).body;
  assert.deepEqual([before, closing, adds_up], [0, 2000, true]);
  assert.equal((await call('POST', '/cash/statement', {role: 'designer', body: {drawer, ...days}})).status, 403);
  const rows = (await call('POST', '/cash/report', {role: 'overseer', body: {by: 'company', ...days}})).body.rows;
  assert.deepEqual(rows.map(({name, payments_minor}) => [name, payments_minor]), [['', 0], ['aleppo', 5700]]);
  assert.equal((await call('POST', '/cash/report', {role: 'designer', body: {by: 'company', ...days}})).status, 403);
  assert.equal((await call('GET', '/cash/drawers', {role: 'overseer'})).body.drawers[0].holds, 2000);
  assert.equal((await call('GET', '/cash/drawers', {role: 'designer'})).status, 403);
  const holder = '+963933123905';
  system.link(holder, '01020304066');
  await smsc.sms(holder.slice(1), 'card', 0);
  await text_to(holder, 'that there is no card');
  await smsc.sms(holder.slice(1), '2', 0);
  const [card] = /(?<!\d)\d{10}(?!\d)/.exec(await text_to(holder, 'the code, for a card that was opened'));
  const cash = {key: 'top-2', drawer, card, amount: 500, currency: 'SYP'};
  for (const _ of [1, 2]) assert.equal((await call('POST', '/cash/top-ups', {role: 'clerk', body: cash})).body.amount, 500);
  assert.deepEqual((await call('POST', '/cash/top-ups/find', {role: 'clerk', body: {drawer}})).body.top_ups.map((one) => one.key), ['top-2']);
});

test('what was mistyped is corrected by two, refunds are paid by two, and a day is held against a company', async () => {
  const drawer = 'clerk.post_7';
  assert.equal(staff(['add', 'second', '--full-name', 'Second', '--role', 'cashier'], `${password}\n`).status, 0);
  assert.equal(staff(['add', 'keeper', '--full-name', 'Keeper', '--role', 'clerk'], `${password}\n`).status, 0);
  tokens.second = (await call('POST', '/login', {body: {name: 'second', password}})).body.token;
  // Of the deposit of 30 only 20 were brought.
  const correction = {drawer, slip: 'bank.1', amount: 1000, currency: 'SYP', reason: 'mistyped'};
  assert.equal((await call('POST', '/cash/corrections', {role: 'overseer', body: correction})).status, 403);
  assert.equal((await call('POST', '/cash/corrections', {role: 'clerk', body: {...correction, slip: 'bank.2'}})).status, 404);
  const proposed = await call('POST', '/cash/corrections', {role: 'cashier', body: correction});
  assert.deepEqual([proposed.status, proposed.body.state, proposed.body.maker], [201, 'proposed', 'cashier']);
  const {number} = proposed.body;
  assert.equal((await call('POST', `/cash/proposals/${number}/approve`, {role: 'cashier'})).status, 403);
  assert.equal((await call('POST', `/cash/proposals/${number}/approve`, {role: 'second'})).body.checker, 'second');
  assert.equal((await call('POST', `/cash/proposals/${number}/reject`, {role: 'second'})).status, 409);
  assert.equal((await call('GET', '/cash/drawers', {role: 'overseer'})).body.drawers[0].holds, 3500);  // with the 500 of the top-up
  // The count of the day has found 100 missing; since that was corrected the drawer is counted again.
  assert.equal((await call('POST', '/cash/write-offs', {role: 'overseer', body: {drawer, reason: 'miscounted'}})).status, 403);
  assert.equal((await call('POST', '/cash/write-offs', {role: 'clerk', body: {drawer, reason: 'miscounted'}})).status, 409);
  assert.equal((await call('POST', '/cash/counts', {role: 'clerk', body: {drawer, counted: 3400, currency: 'SYP'}})).status, 200);
  const missing = (await call('POST', '/cash/write-offs', {role: 'clerk', body: {drawer, reason: 'miscounted'}})).body;
  assert.deepEqual([missing.amount, missing.expected], [3400, 3500]);
  assert.equal((await call('POST', `/cash/proposals/${missing.number}/reject`, {role: 'cashier'})).body.state, 'refused');
  // A keeper who is gone.
  const place = {directorate: 'rif', office: 'post_7', ceiling: 1000000, currency: 'SYP'};
  assert.equal((await call('POST', '/cash/drawers', {role: 'admin', body: {account: 'keeper', ...place}})).status, 201);
  const hand_over = {drawer: 'keeper.post_7', counted: 0, currency: 'SYP', reason: 'left'};
  assert.equal((await call('POST', '/cash/hand-overs', {role: 'cashier', body: hand_over})).status, 409);
  assert.equal((await call('POST', '/staff/disable', {role: 'admin', body: {name: 'keeper'}})).status, 200);
  const handed = (await call('POST', '/cash/hand-overs', {role: 'cashier', body: hand_over})).body;
  assert.equal((await call('POST', `/cash/proposals/${handed.number}/approve`, {role: 'second'})).status, 200);
  const listed = (await call('POST', '/cash/proposals/find', {role: 'overseer', body: {after: number}})).body.proposals;
  assert.deepEqual(listed.map(({kind, state}) => [kind, state]), [['write_off', 'refused'], ['hand_over', 'done']]);
  assert.equal((await call('POST', '/cash/proposals/find', {role: 'designer', body: {}})).status, 403);

  // A refund of the bill that was paid in cash.
  const paid = (await call('POST', '/cash/payments/find', {role: 'clerk', body: {drawer}})).body.payments.find(({state}) => state === 'settled');
  const wanted = {receipt: paid.receipt, amount: 1500, reason: 'paid_twice'};
  assert.equal((await call('POST', '/refunds', {role: 'overseer', body: wanted})).status, 403);
  assert.equal((await call('POST', '/refunds', {role: 'case_worker', body: {...wanted, receipt: '12345678'}})).status, 422);
  assert.equal((await call('POST', '/refunds', {role: 'case_worker', body: {...wanted, amount: 5001}})).status, 409);
  const first = (await call('POST', '/refunds', {role: 'case_worker', body: wanted})).body;
  const own = (await call('POST', '/refunds', {role: 'cashier', body: {...wanted, amount: 1}})).body;
  assert.equal((await call('POST', `/refunds/${own.number}/approve`, {role: 'cashier'})).status, 403);
  assert.equal((await call('POST', `/refunds/${own.number}/reject`, {role: 'cashier'})).body.state, 'refused');
  assert.equal((await call('POST', `/refunds/${own.number}/reject`, {role: 'cashier'})).status, 409);
  assert.deepEqual((await call('POST', '/refunds/find', {role: 'overseer', body: {open: true}})).body.refunds, [first]);
  const back = (await call('POST', `/refunds/${first.number}/approve`, {role: 'cashier'})).body;
  assert.deepEqual([back.state, back.checker, back.amount, back.receipt], ['paid', 'cashier', 1500, paid.receipt]);
  assert.equal((await call('POST', '/refunds/find', {role: 'clerk', body: {}})).status, 403);

  // The day, and what the company's accountants get of it.
  const today = paid.at.slice(0, 10);  // the sample company's days are UTC
  const of = {company: 'aleppo', day: today};
  const told = (await call('POST', '/reconcile/report', {role: 'overseer', body: of})).body;
  assert.deepEqual([told.import, told.totals.length, told.totals[0].here, told.totals[0].uncompared_minor, told.totals[0].refunded_minor,
                    told.totals[0].adds_up], [undefined, 1, 1, 5000, 1500, true]);
  assert.equal((await call('POST', '/reconcile/report', {role: 'clerk', body: of})).status, 403);
  assert.equal((await call('POST', '/reconcile/report', {role: 'overseer', body: {...of, company: 'nobody'}})).status, 404);
  assert.equal((await call('POST', '/reconcile/report', {role: 'overseer', body: {...of, day: '2026-13-01'}})).status, 422);
  const lines = (await call('POST', '/reconcile/export', {role: 'case_worker', body: of})).body;
  assert.deepEqual(lines.lines.map(({kind, amount, receipt}) => [kind, amount, receipt]), [['payment', 5000, paid.receipt], ['refund', 1500, paid.receipt]]);
  assert.equal(lines.next, undefined);
  assert.equal((await call('POST', '/reconcile/export', {role: 'case_worker', body: {...of, after: 'p.x'}})).status, 422);
  assert.equal((await call('POST', '/reconcile/export', {role: 'clerk', body: of})).status, 403);

  // The company's file of the day before lists what was never paid here.
  const yesterday = new Date(new Date(paid.at).getTime() - 86400000).toISOString().slice(0, 10);
  const file = path.join(system.folder, 'file.csv');
  fs.writeFileSync(file, `reference,account,amount_minor,currency,company_reference,time\nnobodys,2100345,700,SYP,P-1,${yesterday}T12:00:00Z\n`);
  const imported = spawnSync(shubbak, ['reconcile', 'import', '--as', 'second', '--company', 'aleppo', '--day', yesterday, file, '--config', system.config],
                             {env: system.environment, input: `${password}\n`, encoding: 'utf8'});
  assert.equal(imported.status, 0, imported.stdout + imported.stderr);
  const [one, ...more] = (await call('POST', '/reconcile/cases/find', {role: 'overseer', body: {open: true, company: 'aleppo'}})).body.cases;
  assert.deepEqual([one.outcome, one.reference, one.their_amount, one.day, more.length], ['missing_here', 'nobodys', 700, yesterday, 0]);
  assert.equal((await call('POST', '/reconcile/cases/find', {role: 'clerk', body: {}})).status, 403);
  assert.equal((await call('POST', '/reconcile/report', {role: 'overseer', body: {...of, day: yesterday}})).body.lines, 1);
  const resolving = {case: one.case, how: 'company_corrects', note: 'they have told us'};
  assert.equal((await call('POST', '/reconcile/cases/resolve', {role: 'overseer', body: resolving})).status, 403);
  assert.equal((await call('POST', '/reconcile/cases/resolve', {role: 'case_worker', body: {...resolving, how: 'withdrawn'}})).status, 422);
  const resolved = (await call('POST', '/reconcile/cases/resolve', {role: 'case_worker', body: resolving})).body;
  assert.deepEqual([resolved.resolution, resolved.resolved_by, resolved.note], ['company_corrects', 'case_worker', 'they have told us']);
  assert.equal((await call('POST', '/reconcile/cases/resolve', {role: 'case_worker', body: resolving})).status, 409);
  assert.deepEqual((await call('POST', '/reconcile/cases/find', {role: 'overseer', body: {open: true}})).body.cases, []);
  assert.equal((await call('POST', '/reconcile/cases/find', {role: 'overseer', body: {after: one.case}})).body.cases.length, 0);
});

test('a complaint by SMS is worked by staff, and its person hears of each step', async () => {
  const number = '+963933123906';
  system.link(number, '01020304066');
  const say = async (text, what) => {
    await smsc.sms(number.slice(1), text, 0);
    return text_to(number, what);
  };
  await say('complaint', 'the kinds of cases');
  await say('2', 'the companies');
  await say('1', 'the question for words');
  await say('the meter ticks', 'the question whether to send it');
  const tracking = /\d{10}/.exec(await say('1', 'its tracking number'))[0];
  const act = (where, role, body) => call('POST', `/cases/${where}`, {role, body: {tracking, ...body}});
  const shown = (await act('show', 'case_worker')).body;
  assert.deepEqual([shown.kind, shown.stage, shown.company, shown.next], ['complaint', 'received', 'damascus', ['study', 'resolved']]);
  assert.equal(shown.history[0].text, 'the meter ticks');
  assert.equal((await act('take', 'case_worker', {version: 1})).body.worker, 'case_worker');
  assert.equal((await act('take', 'case_worker', {version: 1})).status, 409);
  assert.equal((await act('reply', 'case_worker', {version: 2, text: 'We listen.'})).status, 200);
  assert.match(await text_to(number, 'the reply'), new RegExp(`${tracking}: We listen.`));
  const day = new Date(Date.now() + 48 * 3600 * 1000).toISOString().slice(0, 10);
  const offer = {team: 'crew_1', slots: [`${day} 09:00-12:00`, `${day} 13:00-16:00`]};
  assert.deepEqual((await act('offer', 'case_worker', {version: 3, ...offer})).body.offers, offer.slots);
  await text_to(number, 'the offer');
  await say(`track ${tracking}`, 'what there is to do');
  await say('2', 'the slots');
  assert.ok((await say('1', 'the question whether to book it')).includes(offer.slots[0]));
  const booked = await say('1', 'the appointment');
  const visit = (await act('show', 'case_worker')).body;
  assert.deepEqual([visit.version, visit.visit, visit.visit_team], [5, offer.slots[0], 'crew_1']);
  assert.ok(booked.includes(visit.visit_code));
  assert.equal((await act('show', 'overseer')).body.visit_code, undefined);
  assert.equal((await act('visited', 'case_worker', {version: 5, outcome: 'documents_seen'})).body.version, 6);
  assert.equal((await act('offer', 'case_worker', {version: 6, ...offer})).status, 200);
  await text_to(number, 'another offer');
  assert.deepEqual((await act('cancel-visit', 'case_worker', {version: 7})).body.offers, []);
  await text_to(number, 'that nobody comes');
  const fee = {amount: 500000, currency: 'SYP', account: '1100345'};
  assert.equal((await act('quote', 'case_worker', {version: 8, ...fee})).body.fee_state, 'due');
  assert.match(await text_to(number, 'the fee'), /5,000 SYP/);
  assert.equal((await act('move', 'case_worker', {version: 9, stage: 'study'})).body.stage, 'study');
  await text_to(number, 'the stage');
  assert.equal((await act('resolve', 'overseer', {version: 10})).status, 403);
  assert.equal((await act('resolve', 'case_worker', {version: 10, text: 'A new meter.'})).status, 409);
  assert.equal((await act('resolve', 'case_worker', {version: 10, text: 'A new meter.', waive_fee: true})).body.state, 'resolved');
  assert.match(await text_to(number, 'the end'), /A new meter\./);
  const found = await call('POST', '/cases/find', {role: 'overseer', body: {company: 'damascus'}});
  assert.deepEqual(found.body.cases.map((one) => [one.tracking, one.state]), [[tracking, 'resolved']]);
  assert.deepEqual((await call('POST', '/cases/find', {role: 'clerk', body: {}})).body.cases, []);
});

test('two people tell of one outage, and staff join their cases', async () => {
  const told = async (number, person) => {
    system.link(number, person);
    const say = async (text, what) => {
      await smsc.sms(number.slice(1), text, 0);
      return text_to(number, what);
    };
    await say('complaint', 'the kinds of cases');
    await say('1', 'the companies');
    await say('3', 'the question for words');
    await say('no light', 'the question where');
    await say('by the mill', 'the question whether that is right');
    await say('1', 'the question whether to send it');
    return /\d{10}/.exec(await say('1', 'its tracking number'))[0];
  };
  const first = await told('+963933123907', '01020304067');
  const second = await told('+963933123908', '01020304068');
  const act = (where, tracking, body) => call('POST', `/cases/${where}`, {role: 'case_worker', body: {tracking, ...body}});
  assert.equal((await act('join', second, {version: 1, to: second})).status, 422);
  const joined = await act('join', second, {version: 1, to: first});
  assert.deepEqual([joined.status, joined.body.joined_to, joined.body.version], [200, first, 2]);
  assert.equal((await act('show', first)).body.joined, 1);
  assert.equal((await act('resolve', second, {version: 2})).status, 409);
  assert.equal((await act('unjoin', second, {version: 2, reason: ''})).body.error.field, 'reason');
  const alone = await act('unjoin', second, {version: 2, reason: 'another street'});
  assert.deepEqual([alone.status, alone.body.joined_to, alone.body.version], [200, undefined, 3]);
  assert.equal((await act('show', first)).body.joined, 0);
});

test('a broadcast is written, counted, approved by a second person, and stopped by whoever writes them', async () => {
  const expires = new Date(Date.now() + 27 * 3600000).toISOString().slice(0, 16);  // a day from now, where the deployment is
  const body = {kind: 'awareness', texts: [{language: 'ar', text: 'الماء ثمين'}, {language: 'en', text: 'Water is precious'}], expires};
  const act = (number, what, role) => call('POST', `/broadcasts/${number}/${what}`, {role});
  assert.equal((await call('POST', '/broadcasts', {role: 'overseer', body})).status, 403);
  assert.equal((await call('POST', '/broadcasts', {role: 'designer', body: {...body, governorate: '99'}})).body.error.field, 'governorate');
  const misspelt = (await call('POST', '/broadcasts', {role: 'designer', body: {...body, area: 'duma'}})).body.error;
  assert.deepEqual([misspelt.field, misspelt.message], ['area', 'no area has that name: known are douma, zabadani']);
  const {body: of_area} = await call('POST', '/broadcasts', {role: 'designer', body: {...body, governorate: '33', case_kind: 'area_outage', language: 'ar'}});
  assert.deepEqual([of_area.company, of_area.governorate, of_area.case_kind, of_area.language], ['homs', '33', 'area_outage', 'ar']);
  assert.equal((await call('GET', `/broadcasts/${of_area.number}/preview`, {role: 'overseer'})).body.cost, 0);
  assert.equal((await act(of_area.number, 'cancel', 'designer')).body.state, 'cancelled');
  const drafted = await call('POST', '/broadcasts', {role: 'designer', body: {...body, company: 'homs'}});
  assert.deepEqual([drafted.status, drafted.body.state, drafted.body.author], [201, 'draft', 'designer']);
  const {number} = drafted.body;
  assert.equal((await call('GET', `/broadcasts/${number}/preview`, {role: 'clerk'})).status, 403);
  const preview = (await call('GET', `/broadcasts/${number}/preview`, {role: 'overseer'})).body;
  assert.equal(preview.recipients, preview.parts);
  assert.equal(preview.groups.reduce((sum, group) => sum + group.recipients, 0), preview.recipients);
  assert.equal((await act(number, 'approve', 'publisher')).status, 409);
  assert.equal((await act(number, 'propose', 'overseer')).status, 403);
  assert.equal((await act(number, 'propose', 'designer')).body.state, 'proposed');
  assert.equal((await act(number, 'approve', 'designer')).status, 403);
  assert.equal((await act(number, 'approve', 'publisher')).body.checker, 'publisher');
  assert.equal((await act(number, 'pause', 'overseer')).status, 403);
  assert.equal((await act(number, 'pause', 'designer')).body.state, 'paused');
  assert.equal((await act(number, 'resume', 'designer')).status, 403);
  assert.equal((await act(number, 'resume', 'publisher')).body.state, 'running');
  assert.equal((await act(number, 'cancel', 'overseer')).status, 403);
  assert.equal((await act(number, 'cancel', 'designer')).body.state, 'cancelled');
  assert.equal((await call('GET', `/broadcasts/${number}`, {role: 'clerk'})).status, 403);
  assert.equal((await call('GET', `/broadcasts/${number}`, {role: 'overseer'})).body.state, 'cancelled');

  // Who has written one does not approve it, whatever they may.
  const own = (await call('POST', '/broadcasts', {role: 'publisher', body})).body.number;
  assert.equal((await act(own, 'propose', 'publisher')).status, 200);
  const refused = await act(own, 'approve', 'publisher');
  assert.deepEqual([refused.status, refused.body.error.code], [403, 'forbidden']);
  assert.equal((await act(own, 'reject', 'designer')).status, 403);
  assert.equal((await act(own, 'reject', 'publisher')).body.state, 'rejected');
  assert.equal((await call('POST', '/broadcasts/find', {role: 'clerk', body: {}})).status, 403);
  const found = (await call('POST', '/broadcasts/find', {role: 'overseer', body: {}})).body.broadcasts;
  assert.deepEqual(found.map((one) => [one.number, one.state]), [[of_area.number, 'cancelled'], [number, 'cancelled'], [own, 'rejected']]);
});

test('a bank tells what it was paid, and the company is paid from its settlement account', async () => {
  assert.equal(staff(['add', 'kfh', '--full-name', 'A bank', '--role', 'bank@*/banks/kfh'], `${password}\n`).status, 0);
  tokens.kfh = (await call('POST', '/login', {body: {name: 'kfh', password}})).body.token;
  const paid = {reference: 'K-1', company: 'damascus', account: '4521007', amount: 5000, currency: 'SYP', paid_at: new Date().toISOString().slice(0, 19) + 'Z'};
  const told = (body, role = 'kfh') => call('POST', '/bank/payments', {role, body});
  assert.equal((await told(paid)).status, 404);  // it has no settlement account yet
  const opening = {account: 'kfh', directorate: 'banks', office: 'kfh', ceiling: 6000, currency: 'SYP'};
  assert.equal((await call('POST', '/cash/drawers', {role: 'admin', body: opening})).status, 201);
  const first = await told(paid);
  assert.deepEqual([first.body.reference, first.body.state, first.body.amount], ['K-1', 'settled', 5000], first.text);
  assert.match(first.body.check, /^\d{7}$/);
  assert.deepEqual((await told(paid)).body, first.body);
  assert.deepEqual((await call('POST', '/bank/payments/find', {role: 'kfh', body: {reference: 'K-1'}})).body, first.body);
  assert.equal((await call('POST', '/bank/payments/find', {role: 'kfh', body: {reference: 'K-2'}})).status, 404);
  assert.equal((await told({...paid, amount: 4999})).status, 409);
  assert.equal((await told({...paid, reference: 'K-2'})).status, 409);  // more than its settlement account may hold
  assert.equal((await told({...paid, reference: 'K 2'})).body.error.field, 'reference');
  assert.equal((await told({...paid, reference: 'K-2', paid_at: '2020-01-01T00:00:00Z'})).body.error.field, 'paid_at');
  assert.equal((await told({...paid, reference: 'K-2'}, 'clerk')).status, 403);
  const deposit = {key: 'kfh-1', drawer: 'kfh.kfh', amount: 5000, currency: 'SYP', reference: 'transfer.1'};
  assert.equal((await call('POST', '/cash/deposits', {role: 'cashier', body: deposit})).body.holds, 0);
});

test('a station takes water by codes, and cannot tell one that is used from one that there is not', async () => {
  const asked = (body, role = 'station') => call('POST', '/fills/redeem', {role, body});
  const digit = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const tried = await Promise.all(digit.map((last) => asked({code: `00000000007${last}`, key: `press-${last}`})));
  assert.deepEqual(tried.map(({status}) => status).sort(), [200, ...Array(9).fill(422)]);
  const right = tried.findIndex(({status}) => status === 200);
  assert.deepEqual(tried[right].body, {outcome: 'refused'});
  assert.equal(tried[(right + 1) % 10].body.error.field, 'code');
  const wrong = {code: `00000000007${right}`, key: `press-${right}`};
  assert.deepEqual((await asked(wrong)).body, {outcome: 'refused'});
  assert.deepEqual((({status, body}) => [status, body.error.field])(await asked({...wrong, gallons: 1})), [409, 'key']);
  assert.equal((await asked(wrong, 'clerk')).status, 403);
  for (const key of ['a', 'b', 'c']) assert.deepEqual((await asked({...wrong, key})).body, {outcome: 'refused'});
  const locked = await asked({...wrong, key: 'd'});
  assert.deepEqual([locked.status, locked.body.error.code], [429, 'locked']);
  assert.match((await system.get('/metrics')).body, /^shubbak_fills_total\{outcome="refused"\} 4$/m);
  assert.deepEqual((await call('POST', '/fills/find', {role: 'overseer', body: {}})).body.fills, []);
  assert.equal((await call('POST', '/fills/find', {role: 'station', body: {}})).status, 403);
});

test('what is switched on where is told to overseers, changed by who publishes or administers, and obeyed at once', async () => {
  assert.equal((await call('GET', '/rollout', {role: 'clerk'})).status, 403);
  const wanted = {service: 'payments', company: 'aleppo', share: 0};
  assert.equal((await call('POST', '/rollout', {role: 'overseer', body: wanted})).status, 403);
  assert.equal((await call('POST', '/rollout', {role: 'publisher', body: {...wanted, company: 'hama'}})).status, 422);
  const set = await call('POST', '/rollout', {role: 'publisher', body: wanted});
  assert.deepEqual([set.status, set.body.share, set.body.source, set.body.by], [200, 0, 'here', 'publisher']);
  const told = (await call('GET', '/rollout', {role: 'overseer'})).body;
  assert.deepEqual(told.switches, [set.body]);
  assert.ok(told.companies.includes('aleppo') && told.services.includes('payments.cash'));
  const bill = {drawer: 'clerk.post_7', company: 'aleppo', account: '2100345', amount: 1000, currency: 'SYP'};
  const refused = await call('POST', '/cash/quote', {role: 'clerk', body: bill});
  assert.deepEqual([refused.status, refused.body.error.field], [409, 'company']);
  const same = {service: 'payments', company: 'aleppo'};
  assert.equal((await call('POST', '/rollout/clear', {role: 'overseer', body: same})).status, 403);
  assert.equal((await call('POST', '/rollout/clear', {role: 'admin', body: same})).status, 204);
  assert.equal((await call('POST', '/rollout/clear', {role: 'admin', body: same})).status, 404);
  assert.equal((await call('POST', '/cash/quote', {role: 'clerk', body: bill})).status, 200);
});

test('polls are read by overseers, and never while their round runs', async () => {
  assert.equal((await call('GET', '/polls', {role: 'clerk'})).status, 403);
  const {rounds} = (await call('GET', '/polls', {role: 'overseer'})).body;
  assert.deepEqual(rounds.map((one) => [one.poll, one.over]), [['service', false]]);
  const told = await call('POST', '/polls/results', {role: 'overseer', body: {poll: 'service'}});
  assert.deepEqual([told.status, told.body.state, told.body.rows], [200, 'none', []]);
  const now = {poll: 'service', round: rounds[0].round};
  assert.equal((await call('POST', '/polls/results', {role: 'overseer', body: now})).body.state, 'running');
  assert.equal((await call('POST', '/polls/results', {role: 'overseer', body: {poll: 'other'}})).status, 404);
});

test('an overseer reads what came of the services', async () => {
  const day = new Date(Date.now() + 3 * 3600000).toISOString().slice(0, 10);  // the deployment's
  const days = {from: new Date(Date.parse(day) - 86400000).toISOString().slice(0, 10), to: day};
  const of = {...days, by: ['company', 'channel'], company: 'aleppo'};
  const {rows} = (await call('POST', '/reports/payments', {role: 'overseer', body: of})).body;
  const [row, ...more] = rows;
  assert.deepEqual([row.company, row.channel, row.currency, row.settled, row.settled_minor, row.released, row.refunded, row.refunded_minor, more.length],
    ['aleppo', 'counter', 'SYP', 1, 5000, 1, 1, 1500, 0]);
  const purposes = (await call('POST', '/reports/payments', {role: 'overseer', body: {...of, by: ['purpose']}})).body.rows;
  assert.deepEqual(purposes.map((one) => [one.purpose, one.settled, one.settled_minor]), [['bill', 1, 5000]]);
  assert.deepEqual((await call('POST', '/reports/payments/verify', {role: 'overseer', body: of})).body.rows, []);
  assert.deepEqual((await call('POST', '/reports/readings', {role: 'admin', body: {...days, by: ['day']}})).body.rows, []);
  assert.equal((await call('POST', '/reports/use', {role: 'admin', body: {...days, by: []}})).status, 200);
  assert.equal((await call('POST', '/reports/use', {role: 'admin', body: {...days, by: ['company'], company: 'aleppo'}})).status, 200);
  for (const report of ['payments', 'payments/verify', 'readings', 'use'])
    assert.equal((await call('POST', `/reports/${report}`, {role: 'cashier', body: of})).status, 403);
  assert.equal((await call('POST', '/reports/readings', {role: 'overseer', body: {...days, by: ['directorate']}})).status, 422);
  assert.equal((await call('POST', '/reports/payments', {role: 'overseer', body: {...days, from: '2020-01-01', by: []}})).status, 422);
});

test('an overseer reads how cases are worked, and what came into drawers', async () => {
  const day = new Date(Date.now() + 3 * 3600000).toISOString().slice(0, 10);  // the deployment's
  const days = {from: new Date(Date.parse(day) - 86400000).toISOString().slice(0, 10), to: day};
  const told = async (report, body) => (await call('POST', `/reports/${report}`, {role: 'overseer', body})).body.rows;
  const of = {...days, company: 'damascus'};
  assert.deepEqual((await told('cases', {...of, by: ['kind', 'worker']})).map((row) => [row.kind, row.worker, row.opened, row.resolved]),
    [['complaint', '', 1, 0], ['complaint', 'case_worker', 0, 1]]);
  assert.deepEqual((await told('cases/stages', {...of, by: ['stage']})).map((row) => [row.stage, row.ended]), [['received', 1], ['study', 1]]);
  assert.deepEqual(await told('cases/open', {company: 'damascus', by: ['age']}), []);
  const drawers = (await call('GET', '/cash/drawers', {role: 'overseer'})).body.drawers;
  const collected = await told('collectors', {...days, by: ['drawer']});
  assert.ok(collected.length > 0);
  for (const row of collected) assert.equal(row.balance_minor, drawers.find((one) => one.name === row.drawer).holds);
  for (const report of ['cases', 'cases/stages', 'collectors'])
    assert.deepEqual(await told(`${report}/verify`, {...days, by: ['company', 'day']}), []);
  for (const report of ['cases', 'cases/verify', 'cases/stages', 'cases/stages/verify'])
    assert.equal((await call('POST', `/reports/${report}`, {role: 'cashier', body: {...days, by: []}})).status, 403);
  assert.equal((await call('POST', '/reports/cases', {role: 'case_worker', body: {...days, by: ['channel']}})).status, 422);
});

test('a payment whose company is gone is ended by two', async () => {
  const drawer = 'clerk.post_7';
  const bill = {key: 'press-9', drawer, company: 'aleppo', account: '9000022', amount: 700, currency: 'SYP'};
  assert.equal((await call('POST', '/cash/payments', {role: 'clerk', body: bill})).body.state, 'held');
  const [held, ...more] = (await call('POST', '/payments/open/find', {role: 'overseer', body: {company: 'aleppo', older_than_s: 0}})).body.payments;
  assert.deepEqual([held.account, held.amount, held.fee, more.length], ['*0022', 700, 0, 0]);
  assert.equal((await call('POST', '/payments/open/find', {role: 'clerk', body: {}})).status, 403);
  const wanted = {payment: held.number, act: 'settle', evidence: 'letter of 12 Nov, D-7781'};
  assert.equal((await call('POST', '/payments/endings', {role: 'case_worker', body: wanted})).status, 409);  // it may answer still
  // It never will, and the time in which it might take the payment is over.
  system.company.kill('SIGTERM');
  await new Promise((resolve) => (system.company.exitCode === null && system.company.signalCode === null ? system.company.on('exit', resolve) : resolve()));
  delete system.company;
  const later = `import sqlite3, sys
opened = sqlite3.connect(sys.argv[1], timeout=60)
((stays,),) = opened.execute("SELECT sql FROM sqlite_master WHERE name = 'payment_stays'").fetchall()
opened.executescript(f"DROP TRIGGER payment_stays; UPDATE payment SET not_after = not_after - 7200000 WHERE open = 1; {stays};")`;
  const aged = spawnSync('python3', ['-c', later, path.join(system.folder, 'shubbak.db')], {encoding: 'utf8'});
  assert.equal(aged.status, 0, aged.stderr);
  assert.equal((await call('POST', '/payments/endings', {role: 'overseer', body: wanted})).status, 403);
  assert.equal((await call('POST', '/payments/endings', {role: 'case_worker', body: {...wanted, evidence: 'said by 0933123456'}})).status, 422);
  assert.equal((await call('POST', '/payments/endings', {role: 'case_worker', body: {...wanted, act: 'forget'}})).status, 400);
  const own = await call('POST', '/payments/endings', {role: 'cashier', body: {...wanted, act: 'release'}});
  assert.deepEqual([own.status, own.body.state, own.body.account, own.body.payment_state], [201, 'proposed', '*0022', 'open']);
  assert.equal((await call('POST', `/payments/endings/${own.body.number}/approve`, {role: 'cashier'})).status, 403);
  assert.equal((await call('POST', `/payments/endings/${own.body.number}/reject`, {role: 'overseer'})).status, 403);
  assert.equal((await call('POST', `/payments/endings/${own.body.number}/reject`, {role: 'cashier'})).body.state, 'rejected');
  const {number} = (await call('POST', '/payments/endings', {role: 'case_worker', body: wanted})).body;
  assert.equal((await call('POST', `/payments/endings/${number}/approve`, {role: 'cashier'})).body.state, 'done');
  const listed = (await call('POST', '/payments/endings/find', {role: 'overseer', body: {open: false}})).body.endings;
  assert.deepEqual(listed.map(({act, state, maker}) => [act, state, maker]), [['release', 'rejected', 'cashier'], ['settle', 'done', 'case_worker']]);
  assert.deepEqual(listed.map(({payment_state}) => payment_state), ['settled', 'settled']);  // of one payment, as it is by now
  assert.equal((await call('POST', '/payments/endings/find', {role: 'clerk', body: {}})).status, 403);
  assert.deepEqual((await call('POST', '/payments/open/find', {role: 'overseer', body: {}})).body.payments, []);
});

test('passwords are changed, sessions end', async () => {
  const body = {old_password: password, new_password: 'another password'};
  assert.equal((await call('POST', '/password', {role: 'cashier', body: {...body, old_password: 'x'}})).status, 403);
  assert.equal((await call('POST', '/password', {role: 'cashier', body})).status, 204);
  assert.equal((await call('POST', '/logout', {role: 'cashier'})).status, 401);
  assert.equal((await call('POST', '/logout', {role: 'clerk'})).status, 204);
  assert.equal((await call('GET', '/me', {role: 'clerk'})).status, 401);
});

test('an account that the command line closes is closed for the running daemon too', async () => {
  assert.equal((await call('GET', '/me', {role: 'case_worker'})).status, 200);
  assert.equal(staff(['disable', 'case_worker']).status, 0);
  assert.equal((await call('GET', '/me', {role: 'case_worker'})).status, 401);
  assert.match(staff(['list']).stdout, /case_worker · Owner of case_worker · case_worker · disabled/);
});

test('the command line takes no password that is too short, and no role that there is not', () => {
  assert.match(staff(['add', 'badr', '--full-name', 'Badr', '--role', 'clerk'], 'short\n').stderr, /12 letters/);
  assert.match(staff(['add', 'badr', '--full-name', 'Badr', '--role', 'boss'], `${password}\n`).stderr, /roles are clerk/);
  assert.equal(staff(['passwd', 'case_worker'], 'yet another password\n').status, 0);
});

test('every operation of the document was carried out, and every one that can refuse has refused', () => {
  const all = Object.entries(document.paths).flatMap(([where, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${where}`));
  assert.deepEqual(all.filter((name) => !done.has(name)), []);
  assert.deepEqual(all.filter((name) => !refused.has(name)), ['GET /openapi.json']);
});

test('the log has requests by route and account, and neither numbers, passwords nor tokens', async () => {
  await system.stop_daemon();
  assert.match(system.log, /"event":"admin_request","request":"[0-9a-f]{16}","method":"POST","route":"\/links","status":201,"account":"clerk"/);
  assert.doesNotMatch(system.log, /963933123456|01020304050|long password|another password|Owner of|example\.org/);
  for (const token of Object.values(tokens)) assert.ok(!system.log.includes(token));
});
