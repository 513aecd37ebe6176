// A phone and its face: keeps what the phone shows and has received, and prints it as frames or plain lines. Shared
// by the interactive console and the script player. One thread.
#pragma once

#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/phone.hpp"
#include "cli/phone_frame.hpp"
#include "cli/words.hpp"

namespace shubbak::cli {

struct HandsetLook {
  FrameStyle frame;
  PhoneLanguage language = PhoneLanguage::english;
  std::string operator_name = "Syriatel";
  bool frames = true;     // false: only lines that say what happened
  bool terminal = false;  // escape sequences are understood
};

class Handset final : public PhoneEvents {
 public:
  Handset(Msisdn msisdn, PhoneConfig config, Air& air, HandsetLook look);

  Phone& phone() { return phone_; }
  [[nodiscard]] const Phone& phone() const { return phone_; }
  void set_service(bool available) { service_ = available; }
  // Called after anything has changed: a screen, a message, an end, a fault.
  void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

  void draw() const;                        // the phone as it is now
  void draw_inbox() const;                  // all messages, oldest first
  void say(std::string_view text) const;    // a line of the handset
  void ask(std::string_view prompt) const;  // the beginning of a line that the person types on
  void running() const;                     // the request is under way; the next frame replaces this line

  // What has happened since forget(): for the script player.
  struct Happened {
    std::optional<UssdScreen> screen;  // the last one
    std::optional<DialogueEnd> end;    // otherwise than by the service
    std::vector<std::string> faults;
  };
  [[nodiscard]] const Happened& happened() const { return happened_; }
  void forget() { happened_ = {}; }
  [[nodiscard]] const std::vector<ShortMessage>& inbox() const { return inbox_; }

  void on_screen(const UssdScreen& screen) override;
  void on_dialogue_ended(DialogueEnd end) override;
  void on_message(const ShortMessage& message) override;
  void on_fault(std::string_view what) override;

 private:
  void draw_message(const ShortMessage& message) const;
  void print(const std::vector<std::string>& lines) const;
  [[nodiscard]] std::string_view notice() const;
  void changed() const;

  HandsetLook look_;
  Phone phone_;
  bool service_ = false;
  Happened happened_;
  std::vector<ShortMessage> inbox_;
  std::vector<std::string> arrived_;  // the time of each message of inbox_
  std::function<void()> changed_;
};

// "69/80 letters · UCS-2 · 138/160 octets · screen 2"
std::string describe(const UssdScreen& screen, std::uint32_t octets_max);

}  // namespace shubbak::cli
