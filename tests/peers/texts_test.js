// Texts in every form that SMSCs carry them, in and out: long ones, GSM 7-bit beside Latin-1, data_sm, receipts, alerts. The SMSC
// is npm smpp, which shares no code with the daemon.
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const {after, afterEach, before, test} = require('node:test');
const {Capture} = require('./capture');
const {Smsc, place_of, text_of, ucs2} = require('./smsc');
const {System} = require('./system');

const person = '963933123456';
const system = new System();
let smsc;
let port;
let capture;

const arabic = 'شارع الثورة بناء رقم ١٢ '.replace('١٢', '12').repeat(8).trim();  // three short messages
const latin = 'Thawra street @ building {12} '.repeat(11).trim();                // also three
const ucs2_coding = 8;

// A text in three parts, each with what its method adds to a deliver_sm.
function parts_of(text, add) {
  const size = Math.ceil(text.length / 3);
  return [1, 2, 3].map((number) => add(text.slice((number - 1) * size, number * size), number));
}
const with_udh = (header) => (message, number) => ({short_message: {udh: Buffer.from([...header, 3, number]), message}});
const inbound = {
  'UDH, 8-bit reference': (text) => parts_of(text, with_udh([5, 0, 3, 0x7a])),
  'UDH, 16-bit reference': (text) => parts_of(text, with_udh([6, 8, 4, 0x7a, 0x01])),
  'SAR TLVs': (text) => parts_of(text, (short_message, number) =>
    ({short_message, sar_msg_ref_num: 0x1234, sar_total_segments: 3, sar_segment_seqnum: number})),
  'message_payload': (text) => [{message_payload: text}],
};

async function start(values = {}) {
  system.configure({values});
  await system.start_daemon(port);
  await smsc.bound.next('the bind');
}

// Walks to the flow that says again what it is told, over SMS; resolves with its whole answer to the deliveries.
async function echo(deliveries, data_coding) {
  await smsc.sms(person, 'echo', 0);
  assert.equal((await smsc.next_text('the question')).text, 'Say it');
  for (const fields of deliveries) {
    const resp = await smsc.deliver({source_addr: person, data_coding, ...fields});
    assert.equal(resp.command_status, 0);
  }
  const answer = await smsc.next_text('the answer');
  assert.equal(smsc.submits.items.length, 0, 'one answer only');
  return answer;
}

before(async () => {
  smsc = new Smsc();
  port = await smsc.listen();
  capture = new Capture(port, path.join(system.folder, 'smpp.pcap'));
  await capture.start();
  await system.start_company();
  system.configure({});
});

afterEach(async () => {
  assert.equal(await system.stop_daemon(), 0);
  smsc.forget();
});

after(async () => {
  await system.stop();
  await smsc.close();
});

test('long texts are put together however they come, in any order', async () => {
  await start();
  for (const [method, cut] of Object.entries(inbound)) {
    assert.equal((await echo(cut(arabic), ucs2_coding)).text, arabic, method);
    assert.equal((await echo(cut(latin), 0)).text, latin, method);
    assert.equal((await echo(cut(arabic).reverse(), ucs2_coding)).text, arabic, `${method}, the last part first`);
  }
});

test('a part that comes twice changes nothing', async () => {
  await start();
  const [first, second, third] = inbound['UDH, 8-bit reference'](arabic);
  assert.equal((await echo([first, first, third, second], ucs2_coding)).text, arabic);
});

const outbound = {
  udh8: (pdu) => pdu.short_message.udh[0][0] === 0 && pdu.esm_class === 0x40,
  udh16: (pdu) => pdu.short_message.udh[0][0] === 8 && pdu.esm_class === 0x40,
  sar_tlvs: (pdu) => pdu.sar_total_segments === 3 && pdu.esm_class === 0,
  message_payload: (pdu) => pdu.esm_class === 0 && pdu.message_payload.message.length > 160,
};
for (const [method, is_right] of Object.entries(outbound)) {
  test(`long texts go out by ${method}`, async () => {
    await start({long_text: method});
    const references = new Set();
    for (const [text, data_coding] of [[arabic, ucs2_coding], [latin, 0]]) {
      const answer = await echo([{message_payload: text}], data_coding);
      assert.equal(answer.text, text);
      assert.equal(answer.parts.length, method === 'message_payload' ? 1 : 3);
      assert.ok(answer.parts.every(is_right));
      assert.ok(answer.parts.every((pdu) => pdu.data_coding === data_coding));
      if (method === 'message_payload') continue;
      // On the air a part has 140 octets, its user data header with them: in GSM 7-bit 160 septets.
      for (const pdu of answer.parts) {
        const header = method === 'udh8' ? 6 : 7;  // the SMSC makes one of SAR TLVs
        const units = text_of(pdu).replace(/[{}€]/g, 'xx').length;
        assert.ok(data_coding === ucs2_coding ? header + 2 * units <= 140 : Math.ceil(header * 8 / 7) + units <= 160);
      }
      assert.equal(new Set(answer.parts.map((pdu) => place_of(pdu).reference)).size, 1);
      references.add(place_of(answer.parts[0]).reference);
    }
    if (method !== 'message_payload') assert.equal(references.size, 2);
  });
}

// In GSM 7-bit the at sign is 0x00, the dollar 0x02, é 0x05, and the euro two septets: Latin-1 would read them all wrong.
const symbols = 'a@b $5 é_ü {1} €20';

test('GSM 7-bit is not Latin-1, in texts and on screens, both ways', async () => {
  await start();
  const answer = await echo([{short_message: symbols}], 0);
  assert.equal(answer.parts[0].data_coding, 0);
  assert.equal(answer.text, symbols);
  await smsc.dial(person, '*123*78#');
  assert.equal(text_of(await smsc.submits.next('the question')).split('\n')[0], 'Say it');
  await smsc.answer(person, symbols);
  const screen = await smsc.submits.next('the last page');
  assert.equal(screen.data_coding, 15);
  assert.equal(text_of(screen), symbols);
});

test('where the SMSC says Latin-1 by data_coding 0, texts are Latin-1 both ways', async () => {
  await start({default_alphabet: 'latin1'});
  const answer = await echo([{short_message: Buffer.from('a@b $5 é_20', 'latin1')}], 0);
  assert.equal(answer.parts[0].data_coding, 0);
  // node-smpp takes data_coding 0 for GSM 7-bit, in which the octets of Latin-1 read like this.
  assert.equal(answer.text, 'a¡b ¤5  §20');
});

test('what answers a question is its answer, though it begins like a command; a command alone leads away', async () => {
  await start();
  const text = 'menu for four people';
  assert.equal((await echo([{short_message: text}], 0)).text, text);
  await smsc.sms(person, 'echo', 0);
  assert.equal((await smsc.next_text('the question')).text, 'Say it');
  await smsc.sms(person, 'menu', 0);
  assert.match((await smsc.next_text('the menu')).text, /ذمة/);
});

test('UCS-2 in the other byte order and UTF-8 that says it is UCS-2 are understood', async () => {
  await start();
  const text = 'شارع الثورة 12';
  assert.equal((await echo([{short_message: Buffer.from(text, 'utf16le')}], ucs2_coding)).text, text);
  for (const utf8 of [text, '4711']) {
    assert.equal((await echo([{short_message: Buffer.from(utf8, 'utf8')}], ucs2_coding)).text, utf8);
  }
  assert.equal((await echo([{short_message: ucs2(text)}], ucs2_coding)).text, text);
});

test('a data_sm is a text like any other', async () => {
  await start();
  const resp = await smsc.deliver({source_addr: person, data_coding: 0, message_payload: '21 2100345'}, 'data_sm');
  assert.equal(resp.command, 'data_sm_resp');
  assert.equal(resp.command_status, 0);
  assert.match((await smsc.next_text('the answer')).text, /48,750/);
});

test('delivery receipts are taken and never answered', async () => {
  await start();
  const text = 'id:0123456789 sub:001 dlvrd:001 submit date:2611250800 done date:2611250801 stat:DELIVRD err:000 text:bill';
  const receipts = [
    {esm_class: 4, short_message: text, data_coding: 0},
    {esm_class: 4, short_message: text, data_coding: 0, receipted_message_id: '0123456789', message_state: 2},
    {esm_class: 4, short_message: '', data_coding: 0, receipted_message_id: 'm1', message_state: 5},
  ];
  for (const receipt of receipts) {
    const resp = await smsc.deliver({source_addr: person, ...receipt});
    assert.equal(resp.command_status, 0);
  }
  assert.equal(await system.metric('shubbak_receipts_total'), receipts.length);
  await smsc.sms(person, '21 2100345', 0);
  assert.match((await smsc.next_text('the first answer of all')).text, /48,750/);
});

test('an alert_notification is not answered', async () => {
  await start();
  const answers = [];
  smsc.session.on('pdu', (pdu) => answers.push(pdu.command));
  smsc.session.alert_notification({source_addr_ton: 1, source_addr_npi: 1, source_addr: person, esme_addr_ton: 0,
                                   esme_addr_npi: 1, esme_addr: '123'});
  await smsc.ask('enquire_link');
  assert.deepEqual(answers, ['enquire_link_resp']);
  await smsc.sms(person, '21 2100345', 0);
  assert.match((await smsc.next_text('the answer')).text, /48,750/);
});

test('tshark finds every PDU of the daemon well formed', async () => {
  await start();
  smsc.session.socket.write(Capture.last_pdu);
  await capture.check(Capture.last, ['0x00000004', '0x80000005', '0x80000103', '0x80000015']);
});
