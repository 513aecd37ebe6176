// How the link stands what SMSCs do: two binds, silence, unbinding, lost connections, flow control. The SMSC is npm smpp, which
// shares no code with the daemon.
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const {after, afterEach, before, beforeEach, test} = require('node:test');
const {Capture} = require('./capture');
const {Smsc, smpp, text_of} = require('./smsc');
const {System} = require('./system');

const linked = '963933123456';
const system = new System();
const quick = {backoff_min: '50ms', response_timeout: '1s'};
let smsc;
let port;
let capture;

async function start(link, values = {}) {
  system.configure({link: {...quick, ...link}, values});
  await system.start_daemon(port);
}

// What the daemon answers to one text, which must be all that it sends by then.
async function the_only_answer_to(text) {
  await smsc.sms(linked, text, 0);
  const answer = await smsc.next_text(`the answer to ${text}`);
  assert.equal(smsc.submits.items.length, 0, 'more was sent than was asked for');
  return answer.text;
}

before(async () => {
  smsc = new Smsc();
  port = await smsc.listen();
  capture = new Capture(port, path.join(system.folder, 'smpp.pcap'));
  await capture.start();
  await system.start_company();
  system.configure({});
  system.link(`+${linked}`, '01234567890');
});

beforeEach(() => { system.log = ''; });

afterEach(async () => {
  assert.equal(await system.stop_daemon(), 0);
  smsc.forget();
});

after(async () => {
  await system.stop();
  await smsc.close();
});

test('transmitter and receiver: what comes arrives on the one, what goes leaves on the other', async () => {
  await start({}, {bind: 'transmitter_and_receiver'});
  const binds = [await smsc.binds.next('the first bind'), await smsc.binds.next('the second bind')];
  assert.deepEqual(binds.map((bind) => bind.command), ['bind_transmitter', 'bind_receiver']);
  const transmitter = await smsc.bound.next('the transmitter');
  const receiver = await smsc.bound.next('the receiver');
  await smsc.sms(linked, 'bill', 0);
  const answer = await smsc.next_text('the bill');
  assert.match(answer.text, /484,250/);
  assert.ok(answer.parts.every((pdu) => pdu.session === transmitter));
  await smsc.dial(linked, '*123#');
  assert.equal((await smsc.submits.next('the menu')).session, transmitter);

  // One without the other is of no use: both are bound anew.
  receiver.socket.destroy();
  const again = [await smsc.binds.next('the transmitter again'), await smsc.binds.next('the receiver again')];
  assert.deepEqual(again.map((bind) => bind.command), ['bind_transmitter', 'bind_receiver']);
  await smsc.bound.next('the second transmitter');
  await smsc.bound.next('the second receiver');
  assert.match(await the_only_answer_to('21 2100345'), /48,750/);

  const stopped = system.stop_daemon();
  await smsc.unbinds.next('the first unbind');
  await smsc.unbinds.next('the second unbind');
  assert.equal(await stopped, 0);
});

test('a silent link is asked whether it lives, and stays while it answers', async () => {
  await start({enquire_link_interval: '100ms'});
  const session = await smsc.bound.next('the bind');
  for (const which of ['first', 'second', 'third']) await smsc.enquiries.next(`the ${which} enquire_link`);
  assert.ok(!session.socket.destroyed);
  assert.match(await the_only_answer_to('bill'), /484,250/);
});

test('a peer that answers nothing any more is left, and bound again', async () => {
  await start({enquire_link_interval: '100ms', response_timeout: '300ms'});
  const session = await smsc.bound.next('the bind');
  smsc.answers_enquiries = false;
  await smsc.enquiries.next('the enquire_link');
  await session.closed;
  smsc.answers_enquiries = true;
  await smsc.bound.next('the next bind');
  assert.match(system.log, /silent peer/);
  assert.match(await the_only_answer_to('bill'), /484,250/);
});

test('an SMSC that unbinds is answered, and bound again', async () => {
  await start({});
  const session = await smsc.bound.next('the bind');
  const resp = await smsc.ask('unbind');
  assert.equal(resp.command, 'unbind_resp');
  assert.equal(resp.command_status, 0);
  await session.closed;
  await smsc.bound.next('the next bind');
  assert.match(await the_only_answer_to('bill'), /484,250/);
});

test('a message that is delivered again after a lost resp is acknowledged and not answered twice', async () => {
  await start({});
  const session = await smsc.bound.next('the bind');
  assert.match(await the_only_answer_to('bill'), /484,250/);
  session.close();  // as if the deliver_sm_resp had not come through
  await smsc.bound.next('the next bind');
  const again = await smsc.sms(linked, 'bill', 0);
  assert.equal(again.command_status, 0);
  // The texts of one number are answered in order: a second bill would come before this.
  assert.match(await the_only_answer_to('21 2100345'), /48,750/);
  assert.equal(await system.metric('shubbak_sms_duplicates_total'), 1);
  // The same once more is a person who asks again.
  assert.match(await the_only_answer_to('bill'), /484,250/);
});

test('what the SMSC does not take for now is sent again, and once', async () => {
  await start({});
  await smsc.bound.next('the bind');
  const refusals = [smpp.ESME_RTHROTTLED, smpp.ESME_RMSGQFUL];
  smsc.judge_submit = (pdu) => {
    const command_status = refusals.shift();
    return command_status ? {command_status} : {message_id: `m${pdu.sequence_number}`};
  };
  const resp = await smsc.sms(linked, '21 2100345', 0);
  assert.equal(resp.command_status, 0);
  const first = text_of(await smsc.refused.next('the throttled answer'));
  const second = text_of(await smsc.refused.next('the answer that finds the queue full'));
  assert.equal(second, first);
  assert.equal((await smsc.next_text('the answer that is taken')).text, first);
  assert.match(await the_only_answer_to('bill'), /484,250/);
  assert.equal(await system.metric('shubbak_sms_waiting'), 0);
  assert.equal(await system.metric('shubbak_link_throttled'), 2);
});

test('requests that cannot be read are refused one by one, and the link lives on', async () => {
  await start({});
  const session = await smsc.bound.next('the bind');
  const refusal = () => new Promise((resolve) => {
    session.once('deliver_sm_resp', resolve);
    // It ends in its service_type.
    session.socket.write(Buffer.from('00000011' + '00000005' + '00000000' + '00011111' + '78', 'hex'));
  });
  for (let i = 0; i < 19; ++i) assert.equal((await refusal()).command_status, smpp.ESME_RINVCMDLEN);
  // Resps that answer nothing, and resps that cannot be read, are not held against it.
  for (let i = 0; i < 50; ++i) {
    session.socket.write(Buffer.from('00000011' + '80000004' + '00000000' + '0000ffff' + '78', 'hex'));
  }
  assert.match(await the_only_answer_to('bill'), /484,250/);
  assert.ok(!session.socket.destroyed);
});

test('tshark finds every PDU of the daemon well formed', async () => {
  await start({});
  await smsc.bound.next('the bind');
  smsc.session.socket.write(Capture.last_pdu);
  await capture.check(Capture.last, ['0x00000001', '0x80000001', '0x00000002', '0x80000002', '0x00000015', '0x80000015',
                                     '0x00000006', '0x80000006']);
});
