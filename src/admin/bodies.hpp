// The bodies of the API, each described once (message.hpp).
#pragma once

#include <array>
#include <string>
#include <vector>

#include "admin/audit_service.hpp"
#include "admin/flow_service.hpp"
#include "admin/message.hpp"
#include "domain/clock.hpp"
#include "flows/loader.hpp"
#include "staff/account.hpp"
#include "store/flow_archive.hpp"
#include "store/store.hpp"

namespace shubbak::admin {

// Longest texts, in letters. Rules of meaning (a number's form, a password's length) are the domain's: it says more.
inline constexpr TextRule name_rule{.letters_max = 64};
inline constexpr TextRule password_rule{.letters_max = 128};
inline constexpr TextRule word_rule{.letters_max = 120};
inline constexpr TextRule token_rule{.letters_min = 64, .letters_max = 64};
inline constexpr TextRule pin_rule{.letters_max = 16};
inline constexpr TextRule number_rule{.letters_max = 32};
inline constexpr TextRule note_rule{.letters_max = 500};
inline constexpr TextRule email_rule{.letters_min = 0, .letters_max = 254};
inline constexpr TextRule file_name_rule{.letters_max = 200};
inline constexpr TextRule file_text_rule{.letters_min = 0, .letters_max = 65'536};
inline constexpr TextRule kept_text_rule{.letters_min = 0, .letters_max = store::FlowArchive::sources_octets_max};
inline constexpr TextRule time_rule{.is_time = true};
inline constexpr TextRule link_state_rule{.letters_max = 9, .words = identity::link_state_names};
inline constexpr TextRule money_hold_rule{.letters_max = 5, .words = identity::money_hold_names};
inline constexpr TextRule code_rule{.letters_max = 16};
inline constexpr TextRule initials_rule{.letters_max = 16};
inline constexpr TextRule pseudonym_rule{.letters_min = 0, .letters_max = 32};
inline constexpr TextRule hash_rule{.letters_min = 0, .letters_max = 64};
inline constexpr std::size_t listed_max = 1'000;

std::string time_text(WallTime at);  // "2026-11-25T10:00:00Z"

struct Nothing {};  // no body
template <class V>
void describe(V&, Nothing&) {}

struct LoginBody {
  std::string name;
  std::string password;
};
template <class V>
void describe(V& v, LoginBody& b) {
  v.text("name", b.name, name_rule, "of the account");
  v.text("password", b.password, password_rule, "of the account");
}

struct LoginAnswer {
  std::string token;
  std::string name;
};
template <class V>
void describe(V& v, LoginAnswer& b) {
  v.text("token", b.token, token_rule, "goes into each request: `Authorization: Bearer TOKEN`; told only here");
  v.text("name", b.name, name_rule, "of the account");
}

struct MeAnswer {
  std::string name;
  std::string full_name;
  std::vector<std::string> roles;
  std::vector<std::string> permissions;
};
template <class V>
void describe(V& v, MeAnswer& b) {
  v.text("name", b.name, name_rule, "of the account");
  v.text("full_name", b.full_name, word_rule, "of its owner");
  v.texts("roles", b.roles, staff::Limits::grants_max, word_rule, "as ROLE or ROLE@COMPANY/DIRECTORATE/OFFICE");
  v.texts("permissions", b.permissions, staff::permissions.size(), word_rule, "what the roles permit");
}

struct OwnPasswordBody {
  std::string old_password;
  std::string new_password;
};
template <class V>
void describe(V& v, OwnPasswordBody& b) {
  v.text("old_password", b.old_password, password_rule, "as it is now");
  v.text("new_password", b.new_password, password_rule, "at least 12 letters, without the account's name");
}

struct StaffBody {
  std::string name;
  std::string full_name;
  std::optional<std::string> email;
  std::string password;
  std::vector<std::string> roles;
};
template <class V>
void describe(V& v, StaffBody& b) {
  v.text("name", b.name, name_rule, "2 to 32 of a-z 0-9 . _ - , a letter first");
  v.text("full_name", b.full_name, word_rule, "of its owner");
  v.optional_text("email", b.email, email_rule, "of its owner");
  v.text("password", b.password, password_rule, "the first one: at least 12 letters, without the account's name");
  v.texts("roles", b.roles, staff::Limits::grants_max, word_rule, "as ROLE or ROLE@COMPANY/DIRECTORATE/OFFICE");
}

struct StaffShown {
  std::string name;
  std::string full_name;
  std::string email;
  std::vector<std::string> roles;
  bool disabled = false;
  std::int64_t generation = 0;
  std::string since;
  std::optional<std::string> msisdn;
};
StaffShown shown(const staff::Account& account);
template <class V>
void describe(V& v, StaffShown& b) {
  v.text("name", b.name, name_rule, "of the account");
  v.text("full_name", b.full_name, word_rule, "of its owner");
  v.text("email", b.email, email_rule, "of its owner; empty if there is none");
  v.texts("roles", b.roles, staff::Limits::grants_max, word_rule, "as ROLE or ROLE@COMPANY/DIRECTORATE/OFFICE");
  v.truth("disabled", b.disabled, "nobody logs in to it");
  v.number("generation", b.generation, "grows with each change");
  v.text("since", b.since, time_rule, "when it was made");
  v.optional_text("msisdn", b.msisdn, number_rule, "of the phone that its owner serves people from; masked");
}
struct StaffList {
  std::vector<StaffShown> staff;
};
template <class V>
void describe(V& v, StaffList& b) {
  v.list("staff", b.staff, accounts_listed_max, "by name; a full page: ask POST /staff/find behind its last one");
}
struct FindStaffBody {
  std::optional<std::string> after;
};
template <class V>
void describe(V& v, FindStaffBody& b) {
  v.optional_text("after", b.after, name_rule, "behind the one of this name: the last one of the page before");
}

struct NameBody {
  std::string name;
};
template <class V>
void describe(V& v, NameBody& b) {
  v.text("name", b.name, name_rule, "of the account");
}
struct RolesBody {
  std::string name;
  std::vector<std::string> roles;
  std::optional<std::int64_t> generation;
};
template <class V>
void describe(V& v, RolesBody& b) {
  v.text("name", b.name, name_rule, "of the account");
  v.texts("roles", b.roles, staff::Limits::grants_max, word_rule, "all that it has from now on");
  v.optional_number("generation", b.generation, "as it was seen: nobody else's change is undone unseen then");
}
struct PasswordBody {
  std::string name;
  std::string password;
};
template <class V>
void describe(V& v, PasswordBody& b) {
  v.text("name", b.name, name_rule, "of the account");
  v.text("password", b.password, password_rule, "the new one: at least 12 letters, without the account's name");
}

struct StaffPhoneBody {
  std::string name;
  std::optional<std::string> msisdn;
};
template <class V>
void describe(V& v, StaffPhoneBody& b) {
  v.text("name", b.name, name_rule, "of the account");
  v.optional_text("msisdn", b.msisdn, number_rule,
                  "of the phone that its owner serves people from; without it, none any more");
}
struct StaffPinBody {
  std::string name;
  std::string pin;
};
template <class V>
void describe(V& v, StaffPinBody& b) {
  v.text("name", b.name, name_rule, "of the account");
  v.text("pin", b.pin, pin_rule, "5 digits, not an easy row; asked for on that phone");
}

inline constexpr std::string_view office_help =
    "where it is done, as the phone that is asked shows it; an office of the account's roles. Without it: the one "
    "that they name, or none in particular (the phone shows the deployment's name) where they are for all offices";

// How the phone is asked, and the register of persons.
struct AskedHow {
  std::optional<std::string> initials{};
  std::optional<std::string> operator_name{};
  std::optional<std::string> office{};
};
template <class V>
void describe(V& v, AskedHow& b) {
  v.optional_text("initials", b.initials, initials_rule,
                  "of the person, as in their papers; compared where there is a register of persons");
  v.optional_text("operator", b.operator_name, name_rule,
                  "by whose link the phone is asked, where there are several");
  v.optional_text("office", b.office, name_rule, office_help);
}
struct LinkBody {
  std::string msisdn;
  std::string national_id;
  AskedHow how;
};
template <class V>
void describe(V& v, LinkBody& b) {
  v.text("msisdn", b.msisdn, number_rule, "the mobile number, with its country code or as it is dialled");
  v.text("national_id", b.national_id, number_rule, "the person's national number");
  describe(v, b.how);
}
struct AskBody {
  std::string msisdn;
  AskedHow how;
};
template <class V>
void describe(V& v, AskBody& b) {
  v.text("msisdn", b.msisdn, number_rule, "the mobile number, with its country code or as it is dialled");
  describe(v, b.how);
}
struct FindLinksBody {
  std::optional<std::string> msisdn;
  std::optional<std::string> national_id;
};
template <class V>
void describe(V& v, FindLinksBody& b) {
  v.optional_text("msisdn", b.msisdn, number_rule, "a mobile number; or");
  v.optional_text("national_id", b.national_id, number_rule, "a person's national number");
}
struct MsisdnBody {
  std::string msisdn;
  std::optional<std::string> office;
};
template <class V>
void describe(V& v, MsisdnBody& b) {
  v.text("msisdn", b.msisdn, number_rule, "the mobile number, with its country code or as it is dialled");
  v.optional_text("office", b.office, name_rule, office_help);
}
struct PhoneBody {
  std::string msisdn;
  std::optional<std::string> operator_name;
  std::optional<std::string> office;
};
template <class V>
void describe(V& v, PhoneBody& b) {
  v.text("msisdn", b.msisdn, number_rule, "the mobile number, with its country code or as it is dialled");
  v.optional_text("operator", b.operator_name, name_rule, "by whose link the SMS goes, where there are several");
  v.optional_text("office", b.office, name_rule, office_help);
}
struct MailBody {
  std::string msisdn;
  std::optional<std::string> address;
  std::optional<std::string> office;
};
template <class V>
void describe(V& v, MailBody& b) {
  v.text("msisdn", b.msisdn, number_rule, "the mobile number, with its country code or as it is dialled");
  v.optional_text("address", b.address, email_rule, "where copies go; without it, nowhere any more");
  v.optional_text("office", b.office, name_rule, office_help);
}
struct ReleaseBody {
  std::string msisdn;
  std::optional<std::string> code;
  std::optional<std::string> office;
};
template <class V>
void describe(V& v, ReleaseBody& b) {
  v.text("msisdn", b.msisdn, number_rule, "the mobile number, with its country code or as it is dialled");
  v.optional_text("code", b.code, code_rule, "of /links/release-code, as the person read it; of a pending link none");
  v.optional_text("office", b.office, name_rule, office_help);
}
struct RelinkCodeBody {
  PhoneBody phone;
  std::string national_id;
};
template <class V>
void describe(V& v, RelinkCodeBody& b) {
  describe(v, b.phone);
  v.text("national_id", b.national_id, number_rule, "the other person's national number");
}
struct RelinkBody {
  LinkBody link;
  std::string code;
};
template <class V>
void describe(V& v, RelinkBody& b) {
  describe(v, b.link);
  v.text("code", b.code, code_rule, "of /links/relink-code for that person, as it was read from the phone");
}
struct LinkShown {
  std::string msisdn;
  std::string national_id;
  std::string state;
  std::string since;
  std::string money_hold;
  bool verified = false;
};
LinkShown shown(const store::StoredLink& link);
template <class V>
void describe(V& v, LinkShown& b) {
  v.text("msisdn", b.msisdn, number_rule, "masked");
  v.text("national_id", b.national_id, number_rule, "masked");
  v.text("state", b.state, link_state_rule, "pending until the person confirms on their own phone");
  v.text("since", b.since, time_rule, "when it came into that state");
  v.text("money_hold", b.money_hold, money_hold_rule, "anything but none: no payments from this number");
  v.truth("verified", b.verified, "false: the phone is asked once the register of persons knows the person");
}
struct LinkList {
  std::vector<LinkShown> links;
};
template <class V>
void describe(V& v, LinkList& b) {
  v.list("links", b.links, listed_max, "of the number or the person; none is no fault");
}

struct PublicationShown {
  std::int64_t number = 0;
  std::string revision;
  std::string author;
  std::string note;
  std::string at;
};
PublicationShown shown(const store::Publication& publication);
template <class V>
void describe(V& v, PublicationShown& b) {
  v.number("number", b.number, "from 1; the highest is in force");
  v.text("revision", b.revision, name_rule, "names its flows and strings");
  v.text("author", b.author, name_rule, "who published or proposed it");
  v.text("note", b.note, {.letters_max = 1'000}, "why");
  v.text("at", b.at, time_rule, "when it came into force");
}
struct PublicationList {
  std::vector<PublicationShown> publications;
};
template <class V>
void describe(V& v, PublicationList& b) {
  v.list("publications", b.publications, listed_max, "newest first");
}

struct ProposalShown {
  std::int64_t number = 0;
  std::string revision;
  std::string author;
  std::string note;
  std::string at;
  std::int64_t base = 0;
  std::optional<std::int64_t> publication;
  std::optional<std::string> approver;
};
ProposalShown shown(const store::Proposal& proposal);
template <class V>
void describe(V& v, ProposalShown& b) {
  v.number("number", b.number, "from 1");
  v.text("revision", b.revision, name_rule, "names its flows and strings");
  v.text("author", b.author, name_rule, "who proposed it");
  v.text("note", b.note, {.letters_max = 1'000}, "why");
  v.text("at", b.at, time_rule, "when it was proposed");
  v.number("base", b.base, "the latest publication then; 0: there was none");
  v.optional_number("publication", b.publication, "what it became when it was approved");
  v.optional_text("approver", b.approver, name_rule, "who approved it");
}
struct ProposalList {
  std::vector<ProposalShown> proposals;
};
template <class V>
void describe(V& v, ProposalList& b) {
  v.list("proposals", b.proposals, listed_max, "newest first");
}

struct FileChangeShown {
  std::string name;
  std::optional<std::string> before;
  std::optional<std::string> after;
};
template <class V>
void describe(V& v, FileChangeShown& b) {
  v.text("name", b.name, file_name_rule, "as `syria-kuwwa/flows/debt.yaml`");
  v.optional_text("before", b.before, kept_text_rule, "in the publication it was proposed upon; without: it is new");
  v.optional_text("after", b.after, kept_text_rule, "as proposed; without: it goes");
}
struct ProposalChangesShown {
  ProposalShown proposal;
  std::vector<FileChangeShown> files;
};
ProposalChangesShown shown(const ProposalChanges& changes);
template <class V>
void describe(V& v, ProposalChangesShown& b) {
  describe(v, b.proposal);
  v.list("files", b.files, listed_max, "those that differ");
}

struct FileBody {
  std::string name;
  std::string text;
};
template <class V>
void describe(V& v, FileBody& b) {
  v.text("name", b.name, file_name_rule, "as `syria-kuwwa/flows/debt.yaml`");
  v.text("text", b.text, file_text_rule, "YAML");
}
struct ProposeBody {
  std::string note;
  std::optional<std::int64_t> base;
  std::vector<FileBody> files;
  std::vector<std::string> removed;
};
template <class V>
void describe(V& v, ProposeBody& b) {
  v.text("note", b.note, note_rule, "why");
  v.optional_number("base", b.base,
                    "the publication whose files are changed; 0: the deployment's folders; without it, the latest "
                    "publication, or the folders before the first one");
  v.list("files", b.files, 500, "those that are new or different");
  v.texts("removed", b.removed, 500, file_name_rule, "names of those that are to go");
}
struct ProposeAnswer {
  std::int64_t number = 0;
  std::string revision;
  bool needs_second_person = false;
};
template <class V>
void describe(V& v, ProposeAnswer& b) {
  v.number("number", b.number, "of the proposal");
  v.text("revision", b.revision, name_rule, "names its flows and strings");
  v.truth("needs_second_person", b.needs_second_person, "it moves money: without an approval it cannot be published");
}

struct AuditBody {
  std::optional<std::string> msisdn;
  std::optional<std::string> national_id;
  std::optional<std::string> action;
  std::optional<std::string> by;
  std::optional<std::int64_t> from;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
};
template <class V>
void describe(V& v, AuditBody& b) {
  v.optional_text("msisdn", b.msisdn, number_rule, "of this mobile number");
  v.optional_text("national_id", b.national_id, number_rule, "of this person");
  v.optional_text("action", b.action, name_rule, "how the action begins, as `link.` or `link.released`");
  v.optional_text("by", b.by, name_rule, "the name of who did it");
  v.optional_number("from", b.from, "not before this time, in milliseconds since 1970-01-01 UTC");
  v.optional_number("before", b.before, "before this time, in milliseconds since 1970-01-01 UTC");
  v.optional_number("after", b.after, "behind the record of this number: the last one of the page before");
}
// As `shubbak audit export` has it, so that the chain can be verified from it.
struct RecordShown {
  std::int64_t number = 0;
  std::int64_t at = 0;
  std::string by_kind;
  std::string by_name;
  std::string action;
  std::string person;
  std::string msisdn;
  std::string thing;
  std::string detail;
  std::string hash;
};
RecordShown shown(const audit::Record& record);
template <class V>
void describe(V& v, RecordShown& b) {
  v.number("number", b.number, "from 1, without a gap");
  v.number("at", b.at, "milliseconds since 1970-01-01 UTC");
  v.text("by_kind", b.by_kind, name_rule, "what kind of actor");
  v.text("by_name", b.by_name, {.letters_min = 0, .letters_max = 64}, "its name; empty of citizens and the system");
  v.text("action", b.action, name_rule, "what was done");
  v.text("person", b.person, pseudonym_rule, "pseudonym of the person, hexadecimal; empty if there is none");
  v.text("msisdn", b.msisdn, pseudonym_rule, "pseudonym of the number, hexadecimal; empty if there is none");
  v.text("thing", b.thing, {.letters_min = 0, .letters_max = 64}, "a revision or account; empty if there is none");
  v.text("detail", b.detail, {.letters_max = 512}, "a JSON object, as the hash is of it");
  v.text("hash", b.hash, hash_rule, "of the chain up to here (docs/operating.md)");
}
struct RecordList {
  std::vector<RecordShown> records;
};
template <class V>
void describe(V& v, RecordList& b) {
  v.list("records", b.records, listed_max, "in their order; a full page: ask again behind its last one");
}
struct AuditEndShown {
  std::int64_t number = 0;
  std::string hash;
  std::optional<std::string> published_day;
  std::optional<std::int64_t> published_number;
  std::optional<std::string> published_hash;
};
AuditEndShown shown(const AuditEnd& end);
template <class V>
void describe(V& v, AuditEndShown& b) {
  v.number("number", b.number, "of the last record; 0: there is none");
  v.text("hash", b.hash, hash_rule, "of the last record");
  v.optional_text("published_day", b.published_day, name_rule, "of the head that went to the overseers last");
  v.optional_number("published_number", b.published_number, "its record");
  v.optional_text("published_hash", b.published_hash, hash_rule, "its hash");
}

}  // namespace shubbak::admin
