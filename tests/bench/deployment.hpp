// A large deployment, made of the one that is shipped: its flows, and eight more of each kind under names and codes
// of their own, as a country has them for its companies.
#pragma once

#include <string>
#include <vector>

#include "flows/loader.hpp"

namespace shubbak::bench {

// with_money: eight flows that pay by voucher as well. The daemon has no services for them yet, so it runs none.
enum class Money : bool { without, with };
constexpr int copies_of_each = 8;

// The files of 40 flows (32 without money) beside the shipped ones, in ar, en and ckb.
std::vector<flows::SourceFile> large_deployment(Money money);

}  // namespace shubbak::bench
