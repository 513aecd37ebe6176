// The daemon in front of an SMSC that shares no code with it (npm smpp): bind, USSD, SMS in both alphabets, enquire_link, drop and
// reconnect, unbind; and tshark's opinion on every octet that crossed the wire.
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const {after, before, test} = require('node:test');
const {Capture} = require('./capture');
const {Smsc, ucs2, text_of} = require('./smsc');
const {System} = require('./system');

const linked = '963933123456';
const unlinked = '963933999999';
const unreachable = '963955667788';  // the SMSC takes nothing for it
const ussr_request = 2;    // a menu
const pssr_response = 0x11; // the last page

const system = new System();
let smsc;
let port;
let capture;

before(async () => {
  smsc = new Smsc();
  port = await smsc.listen();
  capture = new Capture(port, path.join(system.folder, 'smpp.pcap'));
  await capture.start();
  await system.start_company();
  system.link(`+${linked}`, '01234567890');
  await system.start_daemon(port);
  await smsc.bound.next('the bind');
});

after(async () => {
  await system.stop();
  await smsc.close();
});

test('it binds as a transceiver with SMPP 3.4', async () => {
  const bind = await smsc.binds.next('the bind PDU');
  assert.equal(bind.system_id, 'shubbak');
  assert.equal(bind.password, 'secret');
  assert.equal(bind.interface_version, 0x34);
});

test('a phone walks an Arabic menu to a bill over USSD', async () => {
  const resp = await smsc.dial(linked, '*123#');
  assert.equal(resp.command_status, 0);
  const home = await smsc.submits.next('the home menu');
  assert.equal(home.destination_addr, linked);
  assert.equal(home.ussd_service_op, ussr_request);
  assert.equal(home.its_session_info[0], 7);
  assert.equal(home.data_coding, 72);
  assert.ok(home.short_message.message.length <= 160);
  assert.match(text_of(home), /ذمة/);

  await smsc.answer(linked, '1');
  const accounts = await smsc.submits.next('the accounts');
  assert.match(text_of(accounts), /4521/);
  await smsc.answer(linked, '1');
  const due = await smsc.submits.next('the bill');
  assert.match(text_of(due), /125,000/);
  assert.ok(due.short_message.message.length <= 160);
});

test('English, typed once, is remembered; its screens travel as GSM 7-bit', async () => {
  await smsc.sms(linked, 'english', 0);
  assert.match((await smsc.next_text('the answer to english')).text, /reading/i);
  await smsc.dial(linked, '*123#', 9);
  const home = await smsc.submits.next('the English menu');
  assert.equal(home.data_coding, 15);
  assert.match(text_of(home), /reading/i);
  await smsc.sms(linked, ucs2('عربي'), 8);
  assert.match((await smsc.next_text('the answer to عربي')).text, /ذمة/);
});

test('a bill comes by SMS, asked in GSM 7-bit and in UCS-2', async () => {
  for (const [text, data_coding] of [['bill', 0], [ucs2('فاتورة'), 8], [ucs2('فاتوره'), 8]]) {
    const resp = await smsc.sms(linked, text, data_coding);
    assert.equal(resp.command_status, 0);
    const answer = await smsc.next_text(`the answer to ${text}`);
    assert.equal(answer.to, linked);
    assert.match(answer.text, /484,250/);
  }
});

test('somebody else\'s subscription shows the amount and nothing more', async () => {
  await smsc.sms(unlinked, ucs2('٢١ ٢١٠٠٣٤٥'), 8);
  const answer = await smsc.next_text('the amount');
  assert.equal(answer.to, unlinked);
  assert.match(answer.text, /48,750/);
  assert.doesNotMatch(answer.text, /بيت/);
});

test('a number without a link learns nothing about anybody', async () => {
  await smsc.sms(unlinked, 'bill', 0);
  const answer = await smsc.next_text('the refusal');
  assert.equal(answer.to, unlinked);
  assert.doesNotMatch(answer.text, /\d{3}/);
});

test('enquire_link is answered, and what is unknown gets a generic_nack', async () => {
  await new Promise((resolve) => smsc.session.enquire_link(resolve));
  const nack = await new Promise((resolve, reject) => {
    const unknown = Buffer.from('00000010' + '00000999' + '00000000' + '00004242', 'hex');
    smsc.session.on('generic_nack', resolve);
    smsc.session.on('error', reject);
    smsc.session.socket.write(unknown);
  });
  assert.equal(nack.command_status, 3);
  assert.equal(nack.sequence_number, 0x4242);
});

test('metrics and health are told', async () => {
  const health = await system.get('/health');
  assert.equal(health.status, 200);
  assert.equal(JSON.parse(health.body).links.syriatel, 'up');
  const metrics = await system.get('/metrics');
  assert.match(metrics.body, /shubbak_link_up\{operator="syriatel"\} 1/);
  assert.match(metrics.body, /shubbak_sms_in_total\{operator="syriatel"\} [1-9]/);
});

test('a dropped link comes back by itself and serves on', async () => {
  smsc.session.socket.destroy();
  await smsc.bound.next('the second bind');
  assert.equal((await system.get('/health')).status, 200);
  await smsc.dial(linked, '*123#', 11);
  assert.match(text_of(await smsc.submits.next('the menu after the drop')), /ذمة/);
});

test('SIGTERM unbinds and ends with 0; the log masks numbers and holds no national number', async () => {
  smsc.judge_submit = (pdu) => (pdu.destination_addr === unreachable ? {command_status: 0x0b} : {message_id: '1'});
  await smsc.sms(unreachable, '21 2100345', 0);
  await smsc.refused.next('the answer that the SMSC refuses for good');
  const unbound = smsc.unbinds.next('the unbind');
  assert.equal(await system.stop_daemon(), 0);
  await unbound;
  assert.match(system.log, /"event":"sms_given_up".*"msisdn":"9639\*+88"/);
  assert.doesNotMatch(system.log, /963933123456|963933999999|963955667788|01234567890/);
  assert.match(system.log, /"event":"link_up"/);
});

test('a wrong password is refused, told, and tried again', async () => {
  await smsc.close();
  smsc = new Smsc({password: 'other'});
  const other_port = await smsc.listen();
  system.log = '';
  await system.start_daemon(other_port);
  await smsc.binds.next('the first bind');
  await smsc.binds.next('another try');
  assert.match(system.log, /"event":"link_down"/);
  assert.equal((await system.get('/health')).status, 503);
  await system.stop_daemon();
});

test('tshark finds every PDU of the capture well formed', async () => {
  // Up to the last of the first daemon.
  await capture.check('0x80000006', ['0x00000009', '0x80000009', '0x00000004', '0x80000004', '0x00000005', '0x80000005',
                                     '0x80000015', '0x80000000', '0x00000006', '0x80000006']);
});
