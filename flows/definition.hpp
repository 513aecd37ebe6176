// What flows are compiled to: everything by index, every transition resolved, nothing left to look up while a person
// waits. Immutable once loaded. Built by flow_reader, proven by checks, walked by engine.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "flows/assurance.hpp"
#include "flows/engine.hpp"
#include "flows/keywords.hpp"
#include "flows/position.hpp"
#include "flows/slots.hpp"

namespace shubbak::flows {

using Place = Session::Place;

// One use of a string: the same string used twice, with other slots around, is two texts. Index into Revision's
// texts.
using TextId = std::uint16_t;
// What each channel shows; often the same.
struct ChannelText {
  TextId ussd = none;
  TextId sms = none;
  [[nodiscard]] TextId of(Channel channel) const { return channel == Channel::ussd ? ussd : sms; }
};

// Where to go: the first choice whose condition holds. The last one has none.
struct Choice {
  std::uint16_t condition = none;
  Place to;
};
using Branch = std::vector<Choice>;

struct MenuItem {
  std::string key;
  ChannelText label;
  std::uint16_t condition = none;  // offered only when it holds
  Branch to;
};
struct Menu {
  ChannelText text;
  std::vector<MenuItem> items;
  bool is_constant = false;  // no slots and no conditions in it: always the same screen
};
struct ListMenu {
  ChannelText text;
  ChannelText item;
  std::uint16_t list = none;
  std::uint16_t save = none;      // ref slot
  std::uint16_t id_field = none;  // what may be typed instead of the number on the screen
  std::uint16_t label_field = none;
  Branch pick;
};
struct Input {
  enum class Kind : std::uint8_t {
    digits,
    text,
    account,
    meter_reading,
    amount,       // in major units as people write them: "1500", "1500.50", "١٬٥٠٠"
    date,         // day, month, year in this order, or 2026-11-25
    national_id,  // by the rules of the deployment's country
    voucher_pin,  // 16 digits, the last a check digit (domain/check_digit.hpp); its slot is secret
    choice,       // the name of one entry of a list
  };
  struct Refusal {
    std::uint16_t condition = none;
    ChannelText text;
  };
  Kind kind = Kind::digits;
  std::uint16_t length_min = 1;
  std::uint16_t length_max = 1;
  std::uint16_t save = none;
  std::uint16_t list = none;         // choice: whose entries' labels are the names
  std::uint16_t label_field = none;  // choice
  ChannelText text;
  std::vector<Refusal> refuse;  // asked with the new value in its slot
  Branch then;
};
// Free text over several screens or SMS: each answer is one more piece, until the key `done` or the slot is full.
struct Collect {
  ChannelText text;
  ChannelText more;  // from the second piece on
  std::uint16_t save = none;
  std::string done;
  Branch then;
};
struct Calling {
  struct Argument {
    std::string name;
    Operand operand;
    bool is_own_words = false;  // Parameter::is_own_words
  };
  struct Save {
    std::string member;
    std::uint16_t slot = none;
  };
  struct Outcome {
    std::string name;
    std::uint16_t branch = none;
  };
  std::uint16_t service = none;
  bool moves_money = false;  // a `money` state
  GrantSet needs = 0;        // without one of them nothing is asked: of a service that needs a confirmation or a code
  std::vector<Argument> arguments;
  std::chrono::milliseconds timeout{};
  std::vector<Save> saves;
  // ok, timeout, error and every one of the service's; of a `money` state ok, declined, unknown and the service's,
  // which lead where declined does unless the flow says otherwise.
  std::vector<Outcome> outcomes;
  std::vector<Branch> branches;
};
struct Switch {
  Branch then;
};
struct Set {
  struct Assignment {
    std::uint16_t slot = none;
    Value value;                     // what is written, unless
    std::optional<Operand> operand;  // it is taken from here
  };
  std::optional<std::uint8_t> locale;
  std::vector<Assignment> assignments;
  Branch then;
};
struct Confirm {
  ChannelText text;
  std::vector<Operand> shows;  // payee and amount of a payment, whose key is made here; empty: no payment
  Branch yes;
  Branch no;
};
// Asks the person to prove who they are. By USSD the dialogue ends and the walk is parked: the code comes by redial
// or by SMS. `ok` grants what later `money` states need; the grant is void as soon as something bound by it changes.
struct Otp {
  struct Binding {
    std::string name;  // as it is written
    Operand operand;
  };
  std::vector<Binding> binds;
  ChannelText text;           // the code is on its way: the last page of a USSD dialogue
  ChannelText enter;          // the screen of who dials again without the code, or the SMS that asks for it again
  TextId message = none;      // the SMS that carries the code
  std::uint16_t code = none;  // the slot that `message` prints it from; set for that moment only
  ChannelText pin;            // asks for the service PIN instead, by USSD and of who has one; none: only codes do
  GrantSet grants = 0;
  Branch ok;
  Branch fail;
  Branch locked;
};
// Another flow as a part of this one, with slots of its own, until one of its `return` states.
struct Subflow {
  struct Argument {
    std::uint16_t slot = none;  // of the other flow
    Operand operand;            // of this one
  };
  struct Result {
    std::uint16_t slot = none;  // of this flow
    std::uint16_t from = none;  // of the other one
  };
  std::uint16_t flow = none;
  std::vector<Argument> arguments;
  std::vector<Result> results;
  std::vector<Calling::Outcome> outcomes;  // every name that the other flow returns
  std::vector<Branch> branches;
};
struct Return {
  std::string outcome;
};
struct End {
  ChannelText text;
  std::uint16_t list = none;  // each entry printed as a line below the text
  ChannelText item;
  ChannelText sms;        // none: no SMS follows
  ChannelText sms_later;  // none; else sent when a payment that is unknown here has come to its end
};

struct State {
  struct Invalid {
    std::uint8_t retries = 2;  // how often the screen is shown again
    ChannelText text;          // the reason in front of it
    Branch to;                 // empty: ends with sys_invalid
  };
  std::string name;
  Position at;
  std::variant<Menu, ListMenu, Input, Confirm, Collect, Otp, Calling, Switch, Set, Subflow, Return, End> body;
  Invalid invalid;          // of waiting states
  bool needs_link = false;  // of itself; see Flow::requires_link

  // Shows a screen and waits for the person. (An Otp does once its code has been sent.)
  [[nodiscard]] bool waits() const { return body.index() <= 5; }
};

struct NavigationKeys {
  std::string back = "0";
  std::string home = "00";
  std::string next = "9";
  std::string previous = "8";
};

// Where sessions of an earlier revision go whose state is not here under its name.
struct Migration {
  std::map<std::string, std::string, std::less<>> renamed;  // old name to new
  bool restarts_deleted = true;                             // else such sessions end
};

struct Flow {
  std::string name;
  Position at;
  std::vector<Slot> slots;
  std::vector<State> states;  // the first is where it begins
  NavigationKeys navigation;
  std::vector<std::uint16_t> takes;  // slots that whoever uses it as a subflow must pass
  std::vector<std::string> returns;  // the names of its `return` states; empty: it is no subflow
  std::vector<std::string> grants;   // by bit of a GrantSet
  bool requires_link = false;
  bool requires_staff = false;  // for everybody else it is not there
  bool own_phone = false;       // asks what only the person's own phone answers: nothing for an agent's
  bool changes_money = false;
  std::string code;             // entry.ussd; empty: none
  std::uint16_t sms_start = 0;  // state
  std::optional<std::chrono::seconds> resume_ttl;
  std::optional<int> max_stages;  // what the designer promises; for the checker
  std::optional<std::chrono::milliseconds> budget;
  Migration migration;

  // Entered by `subflow` states only.
  [[nodiscard]] bool is_subflow() const { return !returns.empty(); }
};

struct Service {
  std::string name;
  bool changes = false;
  Assurance assurance = Assurance::open;
  bool takes_secrets = false;
};

}  // namespace shubbak::flows
