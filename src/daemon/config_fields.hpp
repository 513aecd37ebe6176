// What each section of the configuration consists of: one description that reads the file, checks it and documents
// it. A visitor V offers v.field(key, member, Presence, what-it-is), v.section for nested ones and v.list, with its
// Presence, for several. Not for use outside config.cpp and config_reference.cpp.
#pragma once

#include "daemon/config.hpp"

namespace shubbak::daemon {

enum class Presence : std::uint8_t { required, optional };

template <class V>
void describe(V& v, ussd::Dialect& c) {
  v.field("session_key", c.session_key, Presence::optional, "where the dialogue's number stands");
  v.field("session_number_mask", c.session_number_mask, Presence::optional,
          "which bits of its_session_info, the end bit left out, name the dialogue; 0x7FFF where all 15 do");
  v.field("vendor_session_tag", c.vendor_session_tag, Presence::optional, "with vendor_tlv: the tag of the TLV");
  v.field("begin_op", c.begin_op, Presence::optional, "ussd_service_op of a phone that dials");
  v.field("answer_op", c.answer_op, Presence::optional, "ussd_service_op of a phone that answers");
  v.field("continue_op", c.continue_op, Presence::optional, "ussd_service_op of our menus");
  v.field("end_op", c.end_op, Presence::optional, "ussd_service_op of our last page");
  v.field("abort_op", c.abort_op, Presence::optional,
          "ussd_service_op by which the gateway tells of a hang-up, if it does");
  v.field("imsi_tlv", c.imsi_tlv, Presence::optional,
          "tag of the TLV in which the gateway tells the SIM's IMSI when a phone dials, if it does; another SIM than "
          "before sets a money hold");
  v.field("end_bit", c.end_bit, Presence::optional, "whether the lowest bit of its_session_info marks the last page");
  v.field("data_coding_gsm7", c.data_coding_gsm7, Presence::optional, "data_coding of Latin screens");
  v.field("data_coding_ucs2", c.data_coding_ucs2, Presence::optional, "data_coding of Arabic screens");
  v.field("packs_gsm7", c.packs_gsm7, Presence::optional, "Latin screens travel as packed septets");
  v.field("service_code_ton", c.service_code_ton, Presence::optional, "type of number of our source address");
  v.field("service_code_npi", c.service_code_npi, Presence::optional, "numbering plan of our source address");
  v.field("service_type", c.service_type, Presence::optional, "some gateways want USSD here");
}

template <class V>
void describe(V& v, UssdConfig& c) {
  v.field("service_code", c.service_code, Presence::optional, "what people dial");
  v.field("source_address", c.source_address, Presence::optional, "the sender of our screens");
  v.section("dialect", c.dialect, "how the gateway carries USSD in SMPP");
  v.field("octets_max", c.octets_max, Presence::optional,
          "longest screen on the air, in octets (160 are 182 GSM letters or 80 Arabic ones); at most 223, or 254 "
          "where Latin screens are packed");
  v.field("dialogues_max", c.dialogues_max, Presence::optional, "dialogues at once");
  v.field("idle_timeout", c.idle_timeout, Presence::optional, "silence after which a dialogue is forgotten");
  v.field("session_budget", c.session_budget, Presence::optional,
          "how long the operator lets one dialogue last; flows that may take longer are refused");
  v.field("application_timeout", c.application_timeout, Presence::optional,
          "how long the operator waits for our next screen; flows whose services may take longer are refused");
  v.field("stages_max", c.stages_max, Presence::optional,
          "screens that the operator lets one dialogue have; flows with more in a row are refused");
  v.field("digits", c.digits, Presence::optional, "digits on screens: 123 or ١٢٣");
}

template <class V>
void describe(V& v, SmsConfig& c) {
  v.field("short_code", c.short_code, Presence::optional, "the number people text to");
  v.field("source_ton", c.source_ton, Presence::optional, "type of number of our sender address");
  v.field("source_npi", c.source_npi, Presence::optional, "numbering plan of our sender address");
  v.field("default_alphabet", c.default_alphabet, Presence::optional, "what data_coding 0 means at this SMSC");
  v.field("long_text", c.long_text, Presence::optional, "how long texts travel");
  v.field("parts_max", c.parts_max, Presence::optional, "most parts of one text");
  v.field("digits", c.digits, Presence::optional, "digits in texts: 123 or ١٢٣");
  v.field("price_per_part", c.price_per_part, Presence::optional,
          "what a short message costs, by which the cost of a broadcast is told before it is approved");
}

template <class V>
void describe(V& v, gateways::SmppLinkConfig& c) {
  v.field("host", c.host, Presence::required, "the SMSC");
  v.field("port", c.port, Presence::optional, "its TCP port");
  v.field("system_id", c.session.system_id, Presence::required, "our name there, at most 15 characters");
  v.field("password", c.session.password, Presence::required, "at most 8 characters; best as ${NAME}");
  v.field("system_type", c.session.system_type, Presence::optional, "as the operator says");
  v.field("address_range", c.session.address_range, Presence::optional, "as the operator says");
  v.field("bind", c.bind_type, Presence::optional, "one connection, or one for each direction");
  v.field("window", c.session.window_max, Presence::optional, "our requests that may wait for their answer");
  v.field("response_timeout", c.session.response_timeout, Presence::optional, "for the answer to a request of ours");
  v.field("enquire_link_interval", c.session.enquire_link_interval, Presence::optional,
          "silence after which we ask whether the link lives");
  v.field("bind_timeout", c.session.bind_timeout, Presence::optional, "for the answer to our bind");
  v.field("connect_timeout", c.connect_timeout, Presence::optional, "for the TCP connection");
  v.field("backoff_min", c.backoff_min, Presence::optional, "first wait before connecting again");
  v.field("backoff_max", c.backoff_max, Presence::optional, "longest wait before connecting again");
  v.field("queue_octets_max", c.queue_octets_max, Presence::optional, "unsent messages, in octets");
}

template <class V>
void describe(V& v, OperatorConfig& c) {
  v.field("name", c.name, Presence::required, "in logs, metrics and the store: lower-case letters, digits, _");
  v.section("smpp", c.smpp, "the link to the operator");
  v.section("ussd", c.ussd, "how the operator's phones see menus");
  v.section("sms", c.sms, "how the operator's phones see texts");
  v.field("hook_secret", c.hook_secret, Presence::optional,
          "by which the operator signs what it tells over HTTP (docs/operating.md), at least 32 characters; best as "
          "${NAME}; without it nothing is taken from it");
}

template <class V>
void describe(V& v, payments::Fee& c) {
  v.field("fixed", c.fixed, Presence::optional, "of each payment");
  v.field("basis_points", c.basis_points, Presence::optional, "of the amount beside it: 100 are one in a hundred");
  v.field("step", c.step, Presence::optional, "the share is rounded up to a multiple of it; 0: to the smallest coin");
  v.field("most", c.most, Presence::optional, "more than this it never is");
}

template <class V>
void describe(V& v, payments::Rules& c) {
  v.field("least", c.least, Presence::optional, "smallest part of what is due that it takes");
  v.field("parts", c.parts, Presence::optional,
          "which parts of what is due it takes: any, whole bills with the oldest first, or none but all of it");
  v.section("fee", c.fee,
            "what the person pays to the deployment beside the amount; the flow that pays must show it");
}

template <class V>
void describe(V& v, payments::Limit& c) {
  v.field("per", c.per, Presence::required,
          "whose payments are counted: of a mobile number, a person, a card, an agent, or to one account (payee)");
  v.field("within", c.within, Presence::optional, "windows of that length, one after the other from local midnight");
  v.field("payments", c.payments, Presence::optional, "so many in a window");
  v.field("amount", c.amount, Presence::optional, "so much in a window, without fees");
}

template <class V>
void describe(V& v, services::InquiryPolicy& c) {
  v.field("bills_per_number", c.bills_per_number, Presence::optional,
          "inquiries from one mobile number about what is payable on accounts told by their numbers");
  v.field("bills_per_account", c.bills_per_account, Presence::optional, "such inquiries about one account");
  v.field("wrong_receipts_per_number", c.wrong_receipts_per_number, Presence::optional,
          "wrong receipts told by one mobile number; then it verifies none until the next day");
}

template <class V>
void describe(V& v, vouchers::Limits& c) {
  v.field("window", c.window, Presence::optional, "in which failures are counted; it begins with the first");
  v.field("free_failures", c.free_failures, Presence::optional, "that cost no time");
  v.field("delay_first", c.delay_first, Presence::optional, "wait after the next one; each more doubles it");
  v.field("delay_max", c.delay_max, Presence::optional, "longest wait");
}

template <class V>
void describe(V& v, vouchers::Policy& c) {
  const auto of = [&c](vouchers::Scope scope) -> vouchers::Limits& {
    return c.limits[static_cast<std::size_t>(scope)];
  };
  v.section("number", of(vouchers::Scope::number), "wrong PINs from one mobile number");
  v.section("person", of(vouchers::Scope::person), "wrong PINs of one person, from whatever number");
  v.section("pin", of(vouchers::Scope::pin), "tries of one PIN that is refused");
  v.section("everybody", of(vouchers::Scope::everybody), "PINs that no voucher has, from all numbers together");
}

template <class V>
void describe(V& v, FillsConfig& c) {
  v.field("company", c.sale.company, Presence::optional, "that sells it; without one no water is sold here");
  v.field("account", c.sale.account, Presence::optional, "at the company, that all of it is paid onto");
  v.field("price", c.sale.price, Presence::optional, "of a step, without the company's fee");
  v.field("step", c.sale.step, Presence::optional, "gallons; the volume that is bought is a multiple of it");
  v.field("steps_max", c.sale.steps_max, Presence::optional, "most steps that are bought at once");
  v.field("code_lives", c.sale.code_lives, Presence::optional,
          "how long a code is good for once it is paid; 1d to 1000d");
  v.field("partial", c.taking.partial, Presence::optional,
          "whether a station may give less than all that is left of a code, and the rest later");
  v.section("wrong", c.taking.wrong, "codes that are refused, from one account of a station");
}

template <class V>
void describe(V& v, reconcile::Mapping& c) {
  v.field("head_line", c.head_line, Presence::optional,
          "whether the first line names the columns; without one a column is named by its number, from 1");
  v.field("separator", c.separator, Presence::optional, "between the columns");
  v.field("reference", c.reference, Presence::optional, "column of the reference under which Shubbak has paid");
  v.field("account", c.account, Presence::optional, "column of the account at the company");
  v.field("amount", c.amount, Presence::optional, "column of the amount");
  v.field("currency", c.currency, Presence::optional,
          "column of the currency; \"\" where the file has none: then it is the deployment's");
  v.field("company_reference", c.company_reference, Presence::optional,
          "column of the company's own number of the payment; \"\" where the file has none");
  v.field("time", c.time, Presence::optional,
          "column of the time at which the company posted it; \"\" where the file has none");
  v.field("amount_form", c.amount_form, Presence::optional,
          "50000 for 500 pounds (minor units), 500.00, or 500,00; never with separators between thousands");
  v.field("time_form", c.time_form, Presence::optional,
          "2026-11-26T12:34:50Z (iso: also with an offset or with a blank for the T), 26/11/2026 12:34:50, or "
          "20261126123450; what tells no offset is at utc_offset");
  v.field("utc_offset", c.utc_offset, Presence::optional,
          "of the company's days and times, such as 180m; without it the deployment's");
}

template <class V>
void describe(V& v, companies::ReadingPolicy& c) {
  v.field("first_day", c.first_day, Presence::optional,
          "day of the month on which readings begin to be taken; 0: they are on every day");
  v.field("last_day", c.last_day, Presence::optional, "and on which they end; below first_day: of the next month");
  v.field("usual", c.usual, Presence::optional,
          "usual consumption in 30 days of an account whose own the company does not tell; 0: no jump is too large");
  v.field("plausible_factor", c.plausible_factor, Presence::optional,
          "so many times the usual consumption since the last reading are plausible; above that it is asked again");
  v.field("plausible_least", c.plausible_least, Presence::optional, "so many units are never too many");
}

template <class V>
void describe(V& v, companies::Office& c) {
  v.field("name", c.name, Presence::required, "as grants of roles name it: lower-case letters, digits, _");
  v.field("label_ar", c.label_ar, Presence::required, "on phones, in Arabic: 24 letters at most");
  v.field("label_en", c.label_en, Presence::required, "on phones, in English");
}

template <class V>
void describe(V& v, companies::CompanyConfig& c) {
  v.field("name", c.name, Presence::required, "in flows, logs, metrics and the store: lower-case letters, digits, _");
  v.field("label_ar", c.label_ar, Presence::required, "on phones, in Arabic");
  v.field("label_en", c.label_en, Presence::required, "on phones, in English");
  v.field("url", c.base_url, Presence::required, "where its system answers: http:// or https://");
  v.field("authorization", c.authorization, Presence::optional, "value of the Authorization header; best as ${NAME}");
  v.field("connector", c.connector_name, Presence::optional,
          "how its system is asked: connectors/NAME.yaml of one of the folders (docs/connectors.md); without it the "
          "company API of samples/README.md");
  v.field(
      "governorates", c.governorates, Presence::optional,
      "codes of the governorates whose accounts it owns; another company may own some of a code too, where accounts "
      "of both say which");
  v.field("accounts", c.accounts, Presence::optional,
          "forms of its account numbers, 20 at most: a digit for itself, x for any, [0-25] for some, such as "
          "\"45xxxxx\"; a number of none of them is no account of its, and it is not asked (docs/connectors.md, "
          "\"Several companies\"); without them, any number may be");
  v.field("excluded_categories", c.excluded_categories, Presence::optional,
          "categories of its accounts, in its own words, that are not served here, such as government");
  v.section("payments", c.payments, "what the company takes at once, and what paying it costs");
  v.section("readings", c.readings,
            "when meter readings are taken and which are asked again, where the company does not say so itself");
  v.section("reconciliation", c.reconciliation, "how the company's daily file (CSV) is read by shubbak reconcile");
  v.list(
      "offices", c.offices, Presence::optional,
      "where people meet its staff, 40 at most: whoever complains about staff says which, and nobody there sees it");
}

template <class V>
void describe(V& v, companies::CardGatewayConfig& c) {
  v.field("name", c.name, Presence::required,
          "in logs, the store and the path of its callback: lower-case letters, digits, _");
  v.field("url", c.base_url, Presence::required, "where it is asked for links: https://, or http:// on this machine");
  v.field("authorization", c.authorization, Presence::optional, "value of the Authorization header; best as ${NAME}");
  v.field(
      "secret", c.secret, Presence::optional,
      "by which both sides sign (docs/operating.md), at least 32 characters; best as ${NAME}; without it the gateway "
      "is left out");
  v.field("callback_base", c.callback_base, Presence::required,
          "where it reaches /gateway/NAME/callback of this daemon: https://, or http:// on this machine");
  v.field("link_lives", c.link_lives, Presence::optional, "how long a link may be used; 2m to 7d");
}

template <class V>
void describe(V& v, otp::Policy& c) {
  v.field("code_lives", c.code_lives, Presence::optional, "how long a code is good for; 10m at most");
  v.field("wrong_max", c.wrong_max, Presence::optional, "wrong tries that end a code, of each channel");
  v.field("grant_lives", c.grant_lives, Presence::optional, "how long a right code or PIN is good for");
  v.field("free_failures", c.free_failures, Presence::optional, "failures in a row, of a person, that cost no time");
  v.field("delay_first", c.delay_first, Presence::optional, "wait after the next one; each more doubles it");
  v.field("delay_max", c.delay_max, Presence::optional, "longest wait");
  v.field("sends_min_gap", c.sends_min_gap, Presence::optional, "between two codes to one number");
  v.field("sends_per_number_hour", c.sends_per_number_hour, Presence::optional, "codes to one number in an hour");
  v.field("sends_per_number_day", c.sends_per_number_day, Presence::optional, "codes to one number in a day");
  v.field("sends_per_prefix_hour", c.sends_per_prefix_hour, Presence::optional,
          "codes in an hour to numbers that differ in their last digits only");
  v.field("prefix_digits_left_out", c.prefix_digits_left_out, Presence::optional, "how many last digits, for that");
  v.field("sends_per_deployment_hour", c.sends_per_deployment_hour, Presence::optional,
          "codes to all numbers in an hour");
}

template <class V>
void describe(V& v, RaisedAssurance& c) {
  v.field("service", c.service, Presence::required, "its name, as in flows");
  v.field("needs", c.needs, Presence::required,
          "link: an active link; confirm: a confirm screen; code: a one-time code or PIN; never less than of itself");
}

template <class V>
void describe(V& v, companies::RegistryConfig& c) {
  v.field("url", c.url, Presence::optional,
          "where the register of persons is asked before a link is made: http:// or https://; without it nobody is "
          "asked");
  v.field("authorization", c.authorization, Presence::optional, "value of the Authorization header; best as ${NAME}");
  v.field("timeout", c.timeout, Presence::optional, "for its answer");
  v.field("on_down", c.on_down, Presence::optional,
          "what becomes of a link while it cannot be asked: refuse, or pending until the person is verified");
}

template <class V>
void describe(V& v, MailConfig& c) {
  v.field("url", c.url, Presence::optional,
          "the mail server: smtp://HOST:PORT or smtps://HOST:PORT; without it no e-mail is sent");
  v.field("user", c.user, Presence::optional, "by which the server knows us; without it nobody logs in");
  v.field("password", c.password, Presence::optional, "of that user; best as ${NAME}");
  v.field("from", c.from, Presence::optional, "the address that mails come from: name@host.domain");
  v.field("subject", c.subject, Presence::optional, "of every mail, at most 200 octets; it shows on locked screens");
  v.field("tls", c.tls, Presence::optional,
          "whether the server of an smtp:// must speak TLS (STARTTLS); false only for one on this machine");
  v.field("ca_file", c.ca_file, Presence::optional,
          "PEM file of the authorities that vouch for the server, relative to this file; without it the system's");
  v.field("timeout", c.timeout, Presence::optional, "for one mail, from the connection to the server's last word");
  v.field("per_second", c.per_second, Presence::optional, "mails sent in a second, at most");
  v.field("expires", c.expires, Presence::optional, "after which a mail that could not be sent is given up");
}

template <class V>
void describe(V& v, cases::Stage& c) {
  v.field("name", c.name, Presence::required, "lower-case letters and _");
  v.field("label_ar", c.label_ar, Presence::required, "on phones, in Arabic: 24 letters at most");
  v.field("label_en", c.label_en, Presence::required, "on phones, in English");
  v.field("role", c.role, Presence::optional, "of the members of staff who work it");
  v.field("limit", c.limit, Presence::optional, "time after which the case is late and escalates: 1h to 365d");
  v.field("next", c.next, Presence::required,
          "stages that may follow, and resolved where the case may be resolved from here");
  v.field("after_fee", c.after_fee, Presence::optional,
          "stage out of next that it goes to by itself once its fee is paid");
}

template <class V>
void describe(V& v, cases::Kind& c) {
  v.field("name", c.name, Presence::required, "in flows and in the audit trail: lower-case letters and _");
  v.field("label_ar", c.label_ar, Presence::required, "on phones, in Arabic: 24 letters at most");
  v.field("label_en", c.label_en, Presence::required, "on phones, in English");
  v.field("about", c.about, Presence::optional,
          "what it is about; one about a payment names a receipt of the person's; a request (installation, estimate, "
          "connection) is asked for by a flow of its own, with an address to visit");
  v.field("needs_text", c.needs_text, Presence::optional, "whether the person must say what it is");
  v.field("needs_address", c.needs_address, Presence::optional, "whether the person must say where to visit");
  v.field("office", c.office, Presence::optional,
          "office that works it, as grants of roles name offices; without it any office of the company");
  v.field("escalates_to", c.escalates_to, Presence::optional, "office that a late one goes to; without it, it stays");
  v.field("bypasses_office", c.bypasses_office, Presence::optional,
          "of complaints about staff: nobody sees it but overseers and who works it at office, never the accused "
          "office");
  v.field("reopen_within", c.reopen_within, Presence::optional,
          "how long the person may reopen it once it is resolved");
  v.field("reopens_max", c.reopens_max, Presence::optional, "how often");
  v.field("open_max", c.open_max, Presence::optional, "of one person that are open at once");
  v.field(
      "joins_within", c.joins_within, Presence::optional,
      "with about: network, a case opened so long after another that is open, of the same company, directorate and "
      "area, is worked as one with it: 1h to 7d; without it, only where staff join them");
  v.list("stages", c.stages, Presence::required, "what it goes through; it begins with the first");
}

template <class V>
void describe(V& v, polls::Choice& c) {
  v.field("name", c.name, Presence::required, "in results: lower-case letters and _");
  v.field("label_ar", c.label_ar, Presence::required, "on phones, in Arabic: 24 letters at most");
  v.field("label_en", c.label_en, Presence::required, "on phones, in English");
}

template <class V>
void describe(V& v, polls::Poll& c) {
  v.field("name", c.name, Presence::required, "in results and in the audit trail: lower-case letters and _");
  v.field("question_ar", c.question_ar, Presence::required, "on phones, in Arabic: 60 letters at most");
  v.field("question_en", c.question_en, Presence::required, "on phones, in English");
  v.field("after", c.after, Presence::optional,
          "groups of services after which it is asked, such as payments; without it, any");
  v.list("choices", c.choices, Presence::required, "2 to 5, as they are shown; neighbours are told as one if rare");
  v.field("every", c.every, Presence::optional, "length of a round, in which a person answers once: 1d to 366d");
  v.field("least", c.least, Presence::optional, "answers: what fewer persons have said is never told; 5 to 1000");
}

template <class V>
void describe(V& v, OverseerConfig& c) {
  v.field("msisdn", c.msisdn, Presence::required, "the overseer's mobile number, such as \"+963933123456\"");
  v.field("operator", c.operator_name, Presence::required, "which of the operators' links carries the SMS");
}

template <class V>
void describe(V& v, NoticesConfig& c) {
  v.field("every", c.every, Presence::optional, "how often a company is asked about one subscription: 1d to 31d");
  v.field("from", c.from, Presence::optional, "local time at which the hours begin in which phones are told");
  v.field("until", c.until, Presence::optional, "local time at which they end; at least an hour later");
  v.field("per_second", c.per_second, Presence::optional, "questions to each company in a second; 1 to 1000");
}

template <class V>
void describe(V& v, BroadcastsConfig& c) {
  v.field("from", c.from, Presence::optional, "local time at which the hours begin in which phones are told");
  v.field("until", c.until, Presence::optional, "local time at which they end; at least an hour later");
  v.field("per_second", c.per_second, Presence::optional,
          "texts in a second by each operator's link; 1 to 1000; leave room for codes and receipts");
}

template <class V>
void describe(V& v, HttpConfig& c) {
  v.field("address", c.address, Presence::optional, "IP address for /metrics, /health, /operator and /gateway");
  v.field("port", c.port, Presence::optional, "its port; 0 takes any free one");
}

template <class V>
void describe(V& v, identity::LinkRules& c) {
  v.field(
      "question_lives", c.question_lives, Presence::optional,
      "how long a phone may take to confirm what a counter asks; a link that is not confirmed by then is released");
  v.field("quarantine", c.quarantine, Presence::optional,
          "how long a released number cannot be linked to another person");
}

template <class V>
void describe(V& v, AdminConfig& c) {
  v.field("address", c.address, Presence::optional, "IP address to listen on");
  v.field("port", c.port, Presence::optional, "its port; 0 takes any free one");
  v.field("certificate", c.certificate, Presence::optional,
          "PEM file with the certificate and those above it, relative to this file; with it the API listens");
  v.field("private_key", c.private_key, Presence::optional, "PEM file with the certificate's key");
  v.field("plain_http", c.plain_http, Presence::optional,
          "listens without TLS, on loopback only, for a proxy of one's own on this machine");
}

template <class V>
void describe(V& v, companies::HttpLimits& c) {
  v.field("body_octets_max", c.body_octets_max, Presence::optional, "largest answer taken from a company");
  v.field("connections_per_host_usual", c.connections_per_host_usual, Presence::optional,
          "connections to one company that are used before requests wait");
  v.field("connections_per_host_max", c.connections_per_host_max, Presence::optional,
          "connections to one company when requests have waited long");
  v.field("patience", c.patience, Presence::optional, "how long is long, for that");
  v.field("requests_per_host_max", c.requests_per_host_max, Presence::optional,
          "requests under way to one company; below requests_max, so that one that hangs leaves room for the others");
  v.field("requests_max", c.requests_max, Presence::optional, "requests under way to all companies");
}

template <class V>
void describe(V& v, RecordingsConfig& c) {
  v.field("share", c.share, Presence::optional, "how many of the walks are recorded, from 0 (none) to 1 (all)");
  v.field("keep", c.keep, Presence::optional, "how long a recording is kept");
  v.field("stored_max", c.stored_max, Presence::optional, "recordings kept at once; the oldest make room");
}

template <class V>
void describe(V& v, rollout::WrittenRule& c) {
  v.field("service", c.service, Presence::optional,
          "a service such as payments.pay, a group such as payments, or * for all (shubbak rollout list names them)");
  v.field("company", c.company, Presence::optional, "a company's name, or * for all");
  v.field("from", c.from, Presence::optional,
          "it is off before this time: 2026-12-01T08:00, local, or a day alone; without it it was never off");
  v.field("until", c.until, Presence::optional, "it is off again from this time on");
  v.field("share", c.share_percent, Presence::optional,
          "for how many of the numbers it is on, in percent; 0: for none; whoever is on stays on as it grows");
}

template <class V>
void describe(V& v, services::Office& c) {
  v.field("name_ar", c.name_ar, Presence::required, "on phones, in Arabic: 24 letters at most");
  v.field("name_en", c.name_en, Presence::required, "on phones, in English");
  v.field("governorate_ar", c.governorate_ar, Presence::required, "likewise; of 40 at most");
  v.field("governorate_en", c.governorate_en, Presence::required, "likewise");
  v.field("area_ar", c.area_ar, Presence::required,
          "likewise; a governorate has 60 at most, and an area 20 offices: people type its name, or choose it");
  v.field("area_en", c.area_en, Presence::required, "likewise");
  v.field("address_ar", c.address_ar, Presence::required, "60 letters at most");
  v.field("address_en", c.address_en, Presence::required, "likewise");
  v.field("hours_ar", c.hours_ar, Presence::required, "when it is open: 40 letters at most");
  v.field("hours_en", c.hours_en, Presence::required, "likewise");
  v.field("phone", c.phone, Presence::optional, "as people dial it");
}

template <class V>
void describe(V& v, Config& c) {
  v.field("deployment", c.deployment, Presence::required, "name of the deployment");
  v.field("country", c.country, Presence::required, "EG, IQ, KW or SY: the rules of national numbers");
  v.field("currency", c.currency, Presence::required, "EGP, IQD, KWD or SYP");
  v.field("utc_offset", c.utc_offset, Presence::optional, "local time, for billing periods");
  v.field("locales", c.locales, Presence::required, "languages of the strings; the first is the default");
  v.field("folders", c.folders, Presence::required,
          "folders with flows/, strings/ and keywords.yaml, relative to this file; of flows and strings of one name "
          "the last wins");
  v.field("home_flow", c.home_flow, Presence::optional, "the flow that the bare service code opens");
  v.field("link_flow", c.link_flow, Presence::optional,
          "the flow by which a phone confirms its link, or that payments may go on");
  v.field("database", c.database, Presence::required, "SQLite file, relative to this file");
  v.field("key_file", c.key_file, Presence::optional,
          "the keys that seal personal data, readable by the daemon only: lines `ID HEX`, or 64 hexadecimal digits "
          "alone (docs/operating.md); relative to this file");
  v.field("key_command", c.key_command, Presence::optional,
          "program and arguments, run without a shell, that prints the keys: instead of key_file");
  v.list("assurance", c.assurance, Presence::optional,
         "services of which the deployment asks more proof of who is calling than they do themselves");
  v.section("codes", c.codes, "one-time codes by SMS: what guessing and sending is limited to");
  v.section("http", c.http, "metrics and health");
  v.section("links", c.links, "between mobile numbers and persons");
  v.section("admin", c.admin, "the HTTP API for staff (`GET /openapi.json`)");
  v.field("second_person", c.second_person, Presence::optional,
          "which publications take a second person's approval: those whose flows move money, or every one");
  v.section("company_limits", c.company_limits, "bounds on what companies may cost us");
  v.section("recordings", c.recordings,
            "walks recorded, with pseudonyms for all that is a person's, for shubbak replay");
  v.section("registry", c.registry, "the register of persons");
  v.field("log_level", c.log_level, Presence::optional, "what is logged");
  v.field("drain", c.drain, Presence::optional, "how long a stop waits for answers of the SMSC");
  v.field("audit_head_at", c.audit_head_at, Presence::optional,
          "local time at which the head of the audit trail goes to the overseers");
  v.list("operators", c.operators, Presence::required, "the operators' links");
  v.list("companies", c.companies, Presence::required, "the companies' systems");
  v.list("card_gateways", c.card_gateways, Presence::optional,
         "gateways by whose links people pay with bank cards; the first takes new orders, the others are asked what "
         "became of theirs");
  v.list("payment_limits", c.payment_limits, Presence::optional,
         "how much may be paid in a while, against stolen phones, cards and logins");
  v.list(
      "rollout", c.rollout, Presence::optional,
      "which services are on where, since when and for how many; what none is about is on; shubbak rollout changes "
      "it at run time");
  v.section("vouchers", c.vouchers, "PINs of vouchers: what guessing them is limited to");
  v.section("inquiries", c.inquiries, "what anybody may ask by a number: how often in a day");
  v.section("notices", c.notices, "notices of bills to those who have subscribed to them");
  v.section("mail", c.mail, "copies of receipts and answers by e-mail (docs/operating.md, \"E-mail\")");
  v.list("cases", c.case_kinds, Presence::optional,
         "kinds of cases: complaints, outages, requests, estimates (docs/operating.md, \"Cases\")");
  v.list("polls", c.polls, Presence::optional,
         "short polls after a service (docs/operating.md, \"Polls\"); the first that a person has not answered is "
         "asked");
  v.section("fills", c.fills,
            "water for tankers, paid before it is filled (docs/operating.md, \"Water for tankers\")");
  v.list("overseers", c.overseers, Presence::optional, "those who get the head of the audit trail by SMS every day");
  v.list("offices", c.offices, Presence::optional, "offices that anybody may look for by their area: 2000 at most");
  v.section("broadcasts", c.broadcasts, "messages to many numbers (docs/operating.md, \"Broadcasts\")");
}

}  // namespace shubbak::daemon
