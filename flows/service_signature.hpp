// What a flow may ask of a service: the one definition that the loader checks flows against and that the daemon's
// services are registered by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flows/assurance.hpp"

namespace shubbak::flows {

// What an argument takes or a result is; `any` is not checked.
enum class ValueKind : std::uint8_t { any, integer, money, text, digits, date, list };

struct Parameter {
  std::string name;
  ValueKind kind = ValueKind::any;
  bool is_optional = false;  // of an argument: a flow may leave it out
  // Of an argument: what people write at length, and have just written; or what can only have it refused. Their yes
  // need not show it, for no screen could, but it must not change behind it.
  bool is_own_words = false;
  // Of a result: what a slot must have room for, a text of so many characters or a whole number up to that. Of what
  // is too long a text keeps the beginning only, which of a receipt's number is worth nothing. 0: not checked.
  std::int64_t room = 0;
  Parameter(const char* its_name) : name(its_name) {}  // implicit: most are not checked
  Parameter(std::string its_name, ValueKind its_kind) : name(std::move(its_name)), kind(its_kind) {}
  static Parameter optional(std::string its_name, ValueKind its_kind) {
    Parameter made(std::move(its_name), its_kind);
    made.is_optional = true;
    return made;
  }
  static Parameter own_words(std::string its_name) {
    Parameter made = optional(std::move(its_name), ValueKind::text);
    made.is_own_words = true;
    return made;
  }
  static Parameter only_refuses(std::string its_name, ValueKind its_kind) {
    Parameter made = optional(std::move(its_name), its_kind);
    made.is_own_words = true;
    return made;
  }
  static Parameter with_room(std::string its_name, ValueKind its_kind, std::int64_t its_room) {
    Parameter made(std::move(its_name), its_kind);
    made.room = its_room;
    return made;
  }
};

struct ServiceSignature {
  std::string name;                     // "bills.due"
  std::vector<Parameter> args{};        // every one must be given, the optional ones apart
  std::vector<std::string> outcomes{};  // besides ok, timeout and error: "not_found", "too_low" ...
  // Likewise, of a `call`, that a later version has added: what was published before it leaves them out, and is led
  // where error does.
  std::vector<std::string> later_outcomes{};
  std::vector<Parameter> results{};  // top-level members of what it answers with ok
  bool changes = false;              // writes something: an SMS that causes it is acknowledged after the commit
  Assurance assurance = Assurance::open;
  // Only for `money` states, which also know the outcomes declined and unknown; among its args must be one of kind
  // money, the amount. Its own `outcomes` mean that nothing was taken: those that a flow leaves out lead where
  // declined does. Never below Assurance::code.
  bool moves_money = false;
  bool takes_secrets = false;  // voucher PINs, service PINs: it keeps them as hashes at most
  bool for_staff = false;      // asked by flows that require staff only
  bool own_phone = false;      // says what only whoever holds the person's own phone may: never asked on an agent's
};

// The services behind `otp` states.
// otp.send takes purpose, binds, code and message (the SMS that carries the code), and pin: true where a service PIN
// would do as well; outcomes: locked, and pin if the person has one (then nothing was sent).
inline constexpr std::string_view otp_send = "otp.send";
// otp.verify takes purpose, binds and either code or pin; outcomes: wrong, locked, and again where the PIN was
// changed while it was compared: nothing was judged.
inline constexpr std::string_view otp_verify = "otp.verify";

// What any service may come to: it is not switched on here. No flow has a branch for it: the walk ends with the words
// of the deployment, whatever state asked.
inline constexpr std::string_view switched_off = "switched_off";

}  // namespace shubbak::flows
