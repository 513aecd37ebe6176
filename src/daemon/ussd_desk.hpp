// The USSD side of one operator: finds or begins the dialogue of each input, steps it, sends the screen back. A press
// that needs no service is served at once, without disk, allocation of note or suspension. Thread: the event loop's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "daemon/config.hpp"
#include "daemon/walk.hpp"
#include "gateways/smpp_link.hpp"
#include "ussd/dialect.hpp"
#include "ussd/dialogue_table.hpp"

namespace shubbak::daemon {

class SmsSender;

class UssdDesk {
 public:
  UssdDesk(Shared& shared, const OperatorConfig& config, OperatorMetrics& metrics, gateways::SmppLink& link,
           SmsSender& sms);

  // `connection` tells one of the link's connections from the next.
  void on_input(const smpp::Sm& sm, std::uint64_t connection);
  // The SMSC's answer to a message of this link, also of those that are none of this desk's. `taken`: it has it.
  void on_response(std::uint64_t tag, bool taken);
  // To be called about every second: ends silent dialogues, writes where resumable ones are.
  void tick(Instant now);
  void give_up();  // every dialogue, when the daemon stops; tick() has written where they are
  [[nodiscard]] std::size_t dialogues() const { return dialogues_.size(); }

 private:
  static constexpr std::uint64_t no_tag = 0;  // of screens whose fate does not matter
  struct Dialogue {
    Walk walk;
    std::uint32_t gateway_session = 0;  // of the last input, with those below
    std::uint32_t connection = 0;
    std::uint32_t text_hash = 0;
    std::uint32_t code_hash = 0;      // of the code that was dialled to begin it, if one was
    std::uint32_t links_version = 0;  // of the store, when its link was last looked at
    bool took_sms_walk = false;       // it goes on with a walk by SMS, which is still in the store
    bool saved = false;               // the store holds a walk of it, or will when saving_ is through
    bool unsaved = false;             // it moved since; waits in unsaved_
    bool serving = false;             // serve_call() is under way: what its session says is not committed yet
  };

  static bool can_resume(const Dialogue& dialogue);
  static void note_input(Dialogue& dialogue, const ussd::UssdInput& input, std::uint64_t connection);
  static bool is_redelivery(const Dialogue& dialogue, const ussd::UssdInput& input, std::uint64_t connection);
  void begin(const ussd::UssdInput& input, std::uint64_t connection, Instant now);
  bool begin_with_code(std::uint64_t key, Dialogue& dialogue, std::optional<Walk>& dropped,
                       const store::Person& person, const std::string& code, Instant now);
  [[nodiscard]] bool is_payment_saved(Msisdn msisdn) const;
  std::optional<flows::Step> resume(Dialogue& dialogue, const ussd::UssdInput& input, Instant now);
  void note_imsi(const ussd::UssdInput& input, const store::Person& person);
  void answer(const ussd::UssdInput& input, std::uint64_t connection, Instant now);
  void abort(std::uint64_t key);
  void finish(std::uint64_t key, Dialogue& dialogue, flows::Step step, Instant now);
  // False: it could not be sent.
  bool reply(std::uint64_t key, Dialogue& dialogue, const flows::Step& step, std::uint64_t tag = no_tag);
  void drop_told(Msisdn msisdn);
  [[nodiscard]] bool has_walk(const store::Person& person, Msisdn msisdn) const;
  [[nodiscard]] bool is_being_saved(Msisdn msisdn) const { return saving_.contains(msisdn.value()); }
  [[nodiscard]] bool still_theirs(const Walk& walk, Msisdn line) const;
  // Is it still theirs, and has whoever acts for them still time?
  bool may_go_on(Dialogue& dialogue, Msisdn line) const;
  void send_lost(const ussd::UssdInput& input);
  bool send(std::uint64_t msisdn, std::uint32_t session, bool last, std::string_view text,
            std::uint64_t tag = no_tag);
  boost::asio::awaitable<void> serve_call(std::uint64_t key, ussd::DialogueHandle handle, flows::Step step);
  void note_position(std::uint64_t key, Dialogue& dialogue);
  void save_position(std::uint64_t key, Dialogue& dialogue, WallTime now);
  [[nodiscard]] flows::Context context(const Dialogue& dialogue);

  Shared& shared_;
  const OperatorConfig& config_;
  OperatorMetrics& metrics_;
  gateways::SmppLink& link_;
  SmsSender& sms_;
  ussd::Dialect dialect_;
  ussd::ReplyBuilder replies_;
  ussd::DialogueTable<Dialogue> dialogues_;
  DeskStatistics statistics_;
  std::vector<std::uint64_t> unsaved_;  // keys of dialogues to be written at the next tick
  // Keys of those whose walk is over, and stays in the store: untold_ until the SMSC has taken its last screen, told_
  // for the moment that the store needs to forget it.
  std::unordered_set<std::uint64_t> untold_;
  std::unordered_set<std::uint64_t> told_;
  std::unordered_multiset<std::uint64_t> saving_;  // keys of walks on their way into the store, once for each
};

}  // namespace shubbak::daemon
