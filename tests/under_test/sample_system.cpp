#include "tests/under_test/sample_system.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace shubbak::under_test {

std::string build_folder() {
  const auto program = std::filesystem::read_symlink("/proc/self/exe");
  return (program.parent_path() / "../..").lexically_normal().string();
}

std::uint64_t phone_number(std::uint32_t k) {
  return 963930000000ULL + k;
}

NationalId person(std::string_view digits) {
  auto id = NationalId::parse(Country::syria, digits);
  if (!id) die(id.error().message);
  return *std::move(id);
}

NationalId generated_person(std::uint32_t k) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "1%010u", k);
  return person(digits.data());
}

void write_key_file(const std::string& folder) {
  const std::string key_file = folder + "/shubbak.key";
  std::ofstream(key_file) << std::string(64, 'a') << '\n';
  ::chmod(key_file.c_str(), S_IRUSR | S_IWUSR);
}

Companies start_companies(const std::string& folder, std::uint32_t generated, const std::vector<std::string>& options,
                          std::optional<int> processor) {
  const std::array<std::string, 3> names{"damascus", "aleppo", "homs"};
  std::vector<std::string> command{build_folder() + "/samples/sample_company"};
  for (const std::string& name : names) command.insert(command.end(), {"--port", "0", "--name", name});
  command.insert(command.end(), {"--generated", std::to_string(generated)});
  command.insert(command.end(), options.begin(), options.end());
  Companies started;
  started.process = std::make_unique<Process>(command, std::vector<std::string>{}, processor, folder + "/company.log",
                                              Process::Prints::answers);
  const std::string printed = started.process->read_until("\nlistening", std::chrono::seconds(10));
  for (const std::string& name : names) {
    const std::string marker = name + " listening on ";
    const std::size_t at = printed.find(marker) + marker.size();
    started.urls.push_back("http://" + printed.substr(at, printed.find('\n', at) - at));
  }
  return started;
}

std::string write_config(const std::string& folder, const std::string& settings) {
  const std::string shipped = SHUBBAK_SOURCE_DIR "/config";
  std::ostringstream text;
  text << std::ifstream(shipped + "/syria-kuwwa/shubbak.yaml").rdbuf();
  std::string config = text.str();
  const std::string folders = "folders: [../common, .]";
  const std::size_t at = config.find(folders);
  if (at == std::string::npos) die("the shipped deployment names its folders otherwise now");
  config.replace(at, folders.size(), "folders: [" + shipped + "/common, " + shipped + "/syria-kuwwa]");
  config.append("\n").append(settings);
  std::string written = folder + "/shubbak.yaml";
  std::ofstream(written) << config;
  return written;
}

std::vector<std::string> environment_of_daemon(const std::string& folder, const Companies& companies,
                                               std::uint16_t operator_port) {
  return {"SHUBBAK_STATE_DIR=" + folder,
          "SHUBBAK_KEY_FILE=" + folder + "/shubbak.key",
          "SHUBBAK_HTTP_PORT=0",
          "SYRIATEL_PORT=" + std::to_string(operator_port),
          "COMPANY_DAMASCUS_URL=" + companies.urls[0],
          "COMPANY_ALEPPO_URL=" + companies.urls[1],
          "COMPANY_HOMS_URL=" + companies.urls[2]};
}

}  // namespace shubbak::under_test
