// What flows are compiled to: everything by index, every transition resolved, nothing left to look up while a person
// waits. Immutable once loaded. Built by flow_reader, proven by checks, walked by engine.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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
  enum class Kind : std::uint8_t { digits, text, account, meter_reading };
  struct Refusal {
    std::uint16_t condition = none;
    ChannelText text;
  };
  Kind kind = Kind::digits;
  std::uint16_t length_min = 1;
  std::uint16_t length_max = 1;
  std::uint16_t save = none;
  ChannelText text;
  std::vector<Refusal> refuse;  // asked with the new value in its slot
  Branch then;
};
struct Calling {
  struct Argument {
    std::string name;
    Operand operand;
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
  std::vector<Argument> arguments;
  std::chrono::milliseconds timeout{};
  std::vector<Save> saves;
  std::vector<Outcome> outcomes;  // ok, timeout, error and every one of the service's
  std::vector<Branch> branches;
};
struct Switch {
  Branch then;
};
struct SetLocale {
  std::uint8_t locale = 0;
  Branch then;
};
struct Confirm {
  ChannelText text;
  Branch yes;
  Branch no;
};
struct End {
  ChannelText text;
  std::uint16_t list = none;  // each entry printed as a line below the text
  ChannelText item;
  ChannelText sms;  // none: no SMS follows
};

struct State {
  struct Invalid {
    std::uint8_t retries = 2;  // how often the screen is shown again
    ChannelText text;          // the reason in front of it
    Branch to;                 // empty: ends with sys_invalid
  };
  std::string name;
  Position at;
  std::variant<Menu, ListMenu, Input, Confirm, Calling, Switch, SetLocale, End> body;
  Invalid invalid;          // of waiting states
  bool needs_link = false;  // of itself; see Flow::requires_link

  // Shows a screen and waits for the person.
  [[nodiscard]] bool waits() const { return body.index() <= 3; }
};

struct NavigationKeys {
  std::string back = "0";
  std::string home = "00";
  std::string next = "9";
  std::string previous = "8";
};

struct Flow {
  std::string name;
  Position at;
  std::vector<Slot> slots;
  std::vector<State> states;  // the first is where it begins
  NavigationKeys navigation;
  bool requires_link = false;
  bool changes_money = false;
  std::string code;             // entry.ussd; empty: none
  std::uint16_t sms_start = 0;  // state
  std::optional<std::chrono::seconds> resume_ttl;
  std::optional<int> max_stages;  // what the designer promises; for the checker
  std::optional<std::chrono::milliseconds> budget;
};

struct Service {
  std::string name;
  bool changes = false;
  bool needs_link = false;
};

}  // namespace shubbak::flows
