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
      const taker = (item) => {
        clearTimeout(timer);
        resolve(item);
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(taker), 1);
        reject(new Error(`${what} did not come`));
      }, deadline_ms);
      this.waiting.push(taker);
    });
  }
}

class Smsc {
  constructor({password = 'secret'} = {}) {
    this.binds = new Queue();      // every bind PDU
    this.bound = new Queue();      // sessions that bound
    this.submits = new Queue();    // every submit_sm that was taken, with the session it came on
    this.refused = new Queue();    // and those that were not
    this.unbinds = new Queue();
    this.enquiries = new Queue();
    this.password = password;
    this.session = null;           // what deliveries go out on: bound as transceiver or receiver
    this.server = smpp.createServer((session) => this.accept(session));
    this.forget();
  }

  listen(port = 0) {
    return new Promise((resolve) => this.server.listen(port, '127.0.0.1', () => resolve(this.server.address().port)));
  }

  accept(session) {
    session.on('error', () => {});
    session.closed = new Promise((resolve) => session.on('close', resolve));
    for (const kind of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
      session.on(kind, (pdu) => this.bind(session, pdu));
    }
    session.on('submit_sm', (pdu) => {
      const judged = this.judge_submit(pdu);
      pdu.session = session;
      session.send(pdu.response(judged));
      (judged.command_status ? this.refused : this.submits).push(pdu);
    });
    session.on('enquire_link', (pdu) => {
      if (this.answers_enquiries) session.send(pdu.response());
      this.enquiries.push(pdu);
    });
    session.on('unbind', (pdu) => {
      session.send(pdu.response());
      this.unbinds.push(pdu);
      session.close();
    });
  }

  bind(session, pdu) {
    this.binds.push(pdu);
    if (pdu.password !== this.password) {
      session.send(pdu.response({command_status: smpp.ESME_RINVPASWD}));
      return;
    }
    session.send(pdu.response({system_id: 'nodesmsc'}));
    if (pdu.command !== 'bind_transmitter') this.session = session;
    this.bound.push(session);
  }

  // Sends a request and resolves with its resp.
  ask(command, fields = {}) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${command}`)), 15000);
      this.session[command](fields, (resp) => {
        clearTimeout(timer);
        resolve(resp);
      });
    });
  }
  deliver(fields, command = 'deliver_sm') {
    return this.ask(command, {source_addr_ton: 1, source_addr_npi: 1, dest_addr_ton: 3, destination_addr: '123', ...fields});
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
  // The next whole text: one submit_sm, or all parts of a long one. Resolves with {to, text, parts}: its submit_sms in order.
  async next_text(what) {
    const parts = [];
    let total = 1;
    while (parts.filter(Boolean).length < total) {
      const pdu = await this.submits.next(`${what} (${parts.filter(Boolean).length} of ${total} parts)`);
      const place = place_of(pdu);
      total = place.total;
      parts[place.number - 1] = pdu;
    }
    return {to: parts[0].destination_addr, text: parts.map(text_of).join(''), parts};
  }
  // What came until now is of no interest any more, and it behaves as at first.
  forget() {
    for (const queue of [this.binds, this.bound, this.submits, this.refused, this.unbinds, this.enquiries]) {
      queue.items = [];
    }
    // What a submit_sm is answered with; a command_status refuses it.
    this.judge_submit = (pdu) => ({message_id: `m${pdu.sequence_number}`});
    this.answers_enquiries = true;
  }

  close() {
    return new Promise((resolve) => {
      for (const session of [...this.server.sessions]) session.close();
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

// Which part of a long text it is: by a concatenation element of 8 or 16 bits (3GPP TS 23.040 9.2.3.24) or by SAR TLVs.
function place_of(pdu) {
  const udh = pdu.esm_class & 0x40 ? pdu.short_message.udh[0] : null;
  if (udh && udh[0] === 0) return {reference: udh[2], total: udh[3], number: udh[4]};
  if (udh && udh[0] === 8) return {reference: udh.readUInt16BE(2), total: udh[4], number: udh[5]};
  if (pdu.sar_total_segments) {
    return {reference: pdu.sar_msg_ref_num, total: pdu.sar_total_segments, number: pdu.sar_segment_seqnum};
  }
  return {total: 1, number: 1};
}

// As node-smpp reads it; it knows no data_coding 15, which is GSM 7-bit, and its GSM 7-bit is its own.
function text_of(pdu) {
  const message = (pdu.message_payload || pdu.short_message).message;
  return Buffer.isBuffer(message) ? smpp.encodings.ASCII.decode(message) : message;
}

module.exports = {Smsc, smpp, place_of, text_of, ucs2};
