// An SMSC and USSD gateway made of the npm package smpp, which shares no code with Shubbak.
'use strict';
const smpp = require('smpp');

// The TLVs of the standard USSD dialect beside the typed text.
const ussd_text = (session, op, text) => ({
  ussd_service_op: op,
  its_session_info: Buffer.from([session, 0]),
  short_message: text,
});

// Things that happen, to be waited for one after the other.
class Queue {
  constructor() {
    this.items = [];
    this.waiting = [];
  }
  push(item) {
    const taker = this.waiting.shift();
    if (taker) taker(item); else this.items.push(item);
  }
  next(what, deadline_ms = 15000) {
    if (this.items.length > 0) return Promise.resolve(this.items.shift());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what} did not come`)), deadline_ms);
      this.waiting.push((item) => {
        clearTimeout(timer);
        resolve(item);
      });
    });
  }
}

class Smsc {
  constructor({password = 'secret'} = {}) {
    this.binds = new Queue();      // every bind PDU
    this.bound = new Queue();      // sessions that bound
    this.submits = new Queue();    // every submit_sm
    this.unbinds = new Queue();
    this.enquiries = new Queue();
    this.closes = new Queue();
    this.password = password;
    this.refuses = () => false;    // submits that are refused for good
    this.server = smpp.createServer((session) => this.accept(session));
  }

  listen(port = 0) {
    return new Promise((resolve) => this.server.listen(port, '127.0.0.1', () => resolve(this.server.address().port)));
  }

  accept(session) {
    session.on('error', () => {});
    session.on('close', () => this.closes.push(session));
    for (const bind of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
      session.on(bind, (pdu) => {
        this.binds.push(pdu);
        if (pdu.password !== this.password) {
          session.send(pdu.response({command_status: smpp.ESME_RINVPASWD}));
          return;
        }
        session.send(pdu.response({system_id: 'nodesmsc'}));
        if (bind !== 'bind_transmitter') this.session = session;  // that deliveries go to
        this.bound.push(session);
      });
    }
    session.on('submit_sm', (pdu) => {
      if (this.refuses(pdu)) {
        session.send(pdu.response({command_status: smpp.ESME_RINVDSTADR}));
      } else {
        session.send(pdu.response({message_id: `m${pdu.sequence_number}`}));
      }
      this.submits.push({...pdu, session});
    });
    session.on('enquire_link', (pdu) => {
      session.send(pdu.response());
      this.enquiries.push(pdu);
    });
    session.on('unbind', (pdu) => {
      session.send(pdu.response());
      this.unbinds.push(pdu);
      session.close();
    });
  }

  // Resolves with the deliver_sm_resp.
  deliver(fields) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no deliver_sm_resp')), 15000);
      this.session.deliver_sm({source_addr_ton: 1, source_addr_npi: 1, dest_addr_ton: 3, destination_addr: '123', ...fields}, (resp) => {
        clearTimeout(timer);
        resolve(resp);
      });
    });
  }
  dial(msisdn, text, session = 7) {
    return this.deliver({source_addr: msisdn, data_coding: 15, ...ussd_text(session, 0x01, text)});
  }
  answer(msisdn, text, session = 7) {
    return this.deliver({source_addr: msisdn, data_coding: 15, ...ussd_text(session, 0x12, text)});
  }
  sms(msisdn, short_message, data_coding) {
    return this.deliver({source_addr: msisdn, short_message, data_coding});
  }
  // A long text in parts, concatenated by an 8-bit reference. Resolves with the deliver_sm_resp of each.
  long_sms(msisdn, parts, data_coding, reference = 9) {
    return Promise.all(parts.map((message, i) => this.deliver({
      source_addr: msisdn, data_coding, esm_class: 0x40,
      short_message: {udh: Buffer.from([5, 0, 3, reference, parts.length, i + 1]), message},
    })));
  }
  // The next whole text: one submit_sm, or all parts of a long one. Resolves with {to, text, parts}.
  async next_text(what) {
    const parts = [];
    let total = 1;
    while (parts.filter(Boolean).length < total) {
      const pdu = await this.submits.next(`${what} (${parts.filter(Boolean).length} of ${total} parts)`);
      const udh = pdu.esm_class & 0x40 ? pdu.short_message.udh[0] : null;  // 00 03 reference total number
      if (udh) total = udh[3];
      parts[udh ? udh[4] - 1 : 0] = pdu;
    }
    return {to: parts[0].destination_addr, text: parts.map(text_of).join(''), parts: total};
  }
  close() {
    return new Promise((resolve) => {
      if (this.session) this.session.close();
      this.server.close(() => resolve());
    });
  }
}

// UTF-16 big endian, as UCS-2 travels.
function ucs2(text) {
  const octets = Buffer.from(text, 'utf16le');
  octets.swap16();
  return octets;
}
function text_of(pdu) {
  const message = pdu.short_message;
  if (message && typeof message.message === 'string') return message.message;
  const octets = Buffer.isBuffer(message) ? message : message.message;
  if (pdu.data_coding === 8 || pdu.data_coding === 72) {
    const copy = Buffer.from(octets);
    copy.swap16();
    return copy.toString('utf16le');
  }
  return octets.toString('latin1');
}

module.exports = {Smsc, ucs2, text_of};
