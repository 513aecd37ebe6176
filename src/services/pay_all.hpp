// What flows must have room for to pay on all accounts at once. Thread: any.
#pragma once

#include <cstddef>

namespace shubbak::services {

constexpr std::size_t payees_max = 5;           // that are paid at once
constexpr std::size_t payees_octets_max = 400;  // of their list; a payee more is left out
constexpr std::size_t payees_label_max = 24;    // four digits of each account, and a sign between
constexpr std::size_t payees_list_max = 160;    // company, account and amount of each, as far as there is room
constexpr std::size_t receipts_text_max = 180;  // likewise, with receipt and check code

}  // namespace shubbak::services
