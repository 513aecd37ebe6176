#include "cli/command.hpp"

#include <cstdio>

namespace shubbak::cli {
namespace {

void complain(std::string_view command, std::string_view what) {
  std::fprintf(stderr, "shubbak %.*s: %.*s\n", static_cast<int>(command.size()), command.data(),
               static_cast<int>(what.size()), what.data());
}

}  // namespace

int failed(std::string_view command, std::string_view what) {
  complain(command, what);
  return exit_failed;
}

int wrong_usage(std::string_view command, std::string_view what) {
  complain(command, what);
  return exit_usage;
}

int exit_code_of(ledger::State paid) {
  if (paid == ledger::State::posted) return exit_ok;
  return paid == ledger::State::reserved ? exit_not_known : exit_not_paid;
}

void add_config_option(CLI::App& command, std::string& file) {
  command.add_option("--config", file, "The deployment's shubbak.yaml")->required()->check(CLI::ExistingFile);
}

}  // namespace shubbak::cli
