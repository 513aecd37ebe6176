// What is kept of one person, for them to see, and what makes it go for good (ErasePerson in store/store.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/clock.hpp"
#include "domain/result.hpp"
#include "otp/otp.hpp"
#include "store/store.hpp"

namespace shubbak::store {

struct KeptWalk {  // that there is one; what was answered in it is for the person's phone only
  WalkChannel channel = WalkChannel::ussd;
  std::string revision;  // of the flows
  WallTime expires;
};

struct KeptMail {
  std::string text;
  WallTime created;
};

struct KeptLink {
  StoredLink link;
  std::vector<LinkHistoryEntry> history;  // oldest first
  std::vector<Reading> readings;          // that came from the number while it was linked to the person
  bool has_sim = false;                   // a keyed hash of the SIM's number (IMSI) stands beside it
  // Of a link that is active or suspended: before and after that the number may be somebody else's.
  std::string locale{};  // "": none was chosen
  std::vector<KeptWalk> walks{};
  std::vector<OutboxMessage> texts{};
  std::vector<Subscription> subscriptions{};  // to notices of bills
  std::optional<RegisteredMail> email{};      // where copies go
  std::vector<KeptMail> mails{};              // that wait to be sent
  bool has_code = false;  // a one-time code was sent, or typed, and what it authorises was not done
  std::string carrier{};  // the operator's link by which the phone has answered; "": not known
  bool refuses_broadcasts = false;
};

struct KeptWallet {
  Wallet wallet;
  WallTime opened;
  std::int64_t available = 0;  // minor units
};

struct KeptPlacement {  // of money in dispute, onto a card of theirs
  StoredPlacement placement;
  Money amount;  // of the charge
};

struct KeptCase {
  StoredCitizenCase is;
  std::vector<CitizenCaseEvent> events;  // oldest first
};

struct PersonFile {
  std::vector<KeptLink> links{};  // oldest first
  std::optional<WallTime> pin_since{};
  std::optional<otp::Tries> tries{};  // that failed since the last success
  std::optional<vouchers::Tries> voucher_tries{};
  std::vector<KeptWallet> wallets{};
  std::vector<StoredPayment> payments{};        // newest first
  std::vector<StoredOrder> bank_card_orders{};  // newest first
  std::vector<KeptPlacement> placements{};      // newest first
  std::vector<KeptCase> cases{};                // newest first
  std::vector<StoredFill> fills{};              // newest first, without their codes
};

// Copies the write-ahead log into the database file and cuts it to nothing, so that nothing erased is left in it.
// unavailable: somebody reads or writes right now.
Status empty_log(const std::string& path);

}  // namespace shubbak::store
