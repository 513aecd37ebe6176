// The system as its parts are started for a bench or a test of the whole: linked persons of the sample company, the
// key, the sample companies, and what the shipped deployment takes from the environment. Whatever fails ends the
// program with a message.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "tests/under_test/process.hpp"

namespace shubbak::under_test {

std::string build_folder();                   // of the program that runs, which lies two folders below it
std::uint64_t phone_number(std::uint32_t k);  // of the generated person k of the sample company
NationalId person(std::string_view digits);
NationalId generated_person(std::uint32_t k);
void write_key_file(const std::string& folder);  // "shubbak.key" in there

struct Companies {  // damascus, aleppo and homs
  std::unique_ptr<Process> process;
  std::vector<std::string> urls;
};
// With that many generated accounts, and those options of sample_company besides.
Companies start_companies(const std::string& folder, std::uint32_t generated, const std::vector<std::string>& options,
                          std::optional<int> processor);

// Writes config/syria-kuwwa's configuration with those settings besides into the folder; its name comes back.
std::string write_config(const std::string& folder, const std::string& settings);

// For config/syria-kuwwa: state and key in `folder`, the operator on that port.
std::vector<std::string> environment_of_daemon(const std::string& folder, const Companies& companies,
                                               std::uint16_t operator_port);

}  // namespace shubbak::under_test
