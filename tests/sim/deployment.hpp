// What every simulated run begins with: the shipped deployment with its flows, compiled once; and a town of citizens
// with linked phones, service cards with money on them and vouchers to buy, whose database is made once and copied
// for each run. Whatever fails ends the program with a message. Thread: the simulator's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/config.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "flows/revision.hpp"
#include "store/store.hpp"
#include "vouchers/number.hpp"

namespace shubbak::sim {

constexpr std::int64_t minor_per_pound = 100;
constexpr std::int64_t card_minor = 300'000;     // put on each card: not enough for every payment of its phones
constexpr std::int64_t voucher_minor = 100'000;  // as much as most payments

struct Citizen {  // one phone; two of them may be one person's, with one card and one account
  Msisdn msisdn;
  NationalId person;
  std::string company;
  std::string account;
  store::Wallet wallet;
};

struct Deployment {
  std::string folder;  // of the program's databases, in memory
  daemon::Config config;
  std::shared_ptr<const flows::Revision> revision;
  std::vector<Citizen> citizens;
  std::vector<store::Wallet> wallets;  // each once
  std::vector<vouchers::Pin> vouchers;
  std::int64_t voucher_batch = 0;

  [[nodiscard]] std::string founded() const { return folder + "/founded.db"; }
  [[nodiscard]] std::string database() const { return folder + "/shubbak.db"; }
};

Deployment found();  // makes the folder
store::StoreConfig store_config(const Deployment& deployment, const std::string& database);
void copy_founded(const Deployment& deployment);  // to database()
void remove_folder(const Deployment& deployment);

}  // namespace shubbak::sim
