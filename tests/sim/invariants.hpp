// What must hold of a run, whatever happened in it: the books of the daemon's database, of the companies and of what
// the phones were told, held against each other (PRODUCT.md, "What must always hold", 1 to 7 and 13). Thread: the
// simulator's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/company.hpp"
#include "tests/sim/deployment.hpp"
#include "tests/sim/phone.hpp"

namespace shubbak::sim {

struct Evidence {
  const Deployment& deployment;
  const std::vector<CompanyBook>& companies;
  const std::vector<std::unique_ptr<Phone>>& phones;
  store::Store& store;
};

enum class Moment : std::uint8_t { any, over };  // over: nothing is under way any more

std::vector<std::string> broken_invariants(const Evidence& evidence, Moment moment);

struct Figures;
void count(const Evidence& evidence, Figures& figures);

}  // namespace shubbak::sim
