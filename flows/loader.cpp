#include "flows/loader.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <system_error>

#include "flows/checks.hpp"
#include "flows/flow_reader.hpp"
#include "flows/revision.hpp"
#include "flows/sources.hpp"
#include "flows/spelling.hpp"
#include "flows/string_table.hpp"
#include "flows/yaml_reader.hpp"

namespace shubbak::flows {
namespace {

// "config/common/strings/ar.yaml" → {"strings", "ar"}
struct FileName {
  std::string folder;
  std::string stem;
};
std::optional<FileName> split(const std::string& name) {
  const std::filesystem::path path(name);
  if (path.extension() != ".yaml") return std::nullopt;
  return FileName{path.parent_path().filename().string(), path.stem().string()};
}

std::vector<std::string> names_of(std::span<const SourceFile> files, const LoadOptions& options) {
  std::vector<std::string> names;
  for (const SourceFile& file : files) names.push_back(file.name);
  // Where faults of a locale that has no file at all are told.
  for (const std::string& locale : options.locales) names.push_back("strings/" + locale + ".yaml");
  return names;
}

// FNV-1a: a name for a set of sources, not a defence.
class Fingerprint {
 public:
  void add(std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0xFF);  // no octet of UTF-8: keeps "ab" + "c" and "a" + "bc" apart
  }
  [[nodiscard]] std::string text() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += digits[(hash_ >> static_cast<unsigned>(shift)) & 0xFU];
    return out;
  }

 private:
  void mix(unsigned char octet) { hash_ = (hash_ ^ octet) * 0x100000001b3ULL; }
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

}  // namespace

// One load: what was read, and what it is compiled into.
class Loading {
 public:
  Loading(std::span<const SourceFile> files, const LoadOptions& options)
      : files_(files), options_(options), faults_(names_of(files, options)), strings_(options.locales, faults_) {}

  Result<std::shared_ptr<const Revision>, std::vector<Diagnostic>> run() {
    if (check_options()) {
      read_files();
      strings_.finish(string_files_);
      compile();
    }
    if (!faults_.empty()) return std::move(faults_).take();
    return std::shared_ptr<const Revision>(finish());
  }

 private:
  [[nodiscard]] std::uint16_t locale_file(std::size_t locale) const {
    return static_cast<std::uint16_t>(files_.size() + locale);
  }

  bool check_options() {
    if (files_.size() > LoadLimits::files_max) {
      faults_.add({0, 1, 1}, "more than " + std::to_string(LoadLimits::files_max) + " files in one deployment", "",
                  Rule::limit);
      return false;
    }
    SHUBBAK_ASSERT(!options_.locales.empty() && options_.locales.size() < 256);
    for (std::size_t i = 0; i < options_.locales.size(); ++i) string_files_.push_back(locale_file(i));
    return true;
  }

  void read_files() {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const auto index = static_cast<std::uint16_t>(i);
      const bool is_table = is_keyword_table(files_[i].name);
      const std::optional<FileName> name = split(files_[i].name);
      if (!is_table && (!name || (name->folder != "flows" && name->folder != "strings"))) {
        faults_.add({index, 1, 1}, "neither flows/NAME.yaml nor strings/LOCALE.yaml nor keywords.yaml");
        continue;
      }
      std::optional<std::size_t> locale;
      if (!is_table && name->folder == "strings") {
        const auto found = std::find(options_.locales.begin(), options_.locales.end(), name->stem);
        if (found == options_.locales.end()) continue;  // common strings may speak more languages than the deployment
        locale = static_cast<std::size_t>(found - options_.locales.begin());
        string_files_[*locale] = index;
      }
      std::optional<Node> root = read_yaml(files_[i].text, index, faults_);
      if (!root) {
        unreadable_ = true;
        continue;
      }
      if (is_table) {
        keyword_tables_.push_back(std::move(*root));
      } else if (locale) {
        strings_.read(*root, *locale);
      } else {
        flow_roots_.insert_or_assign(name->stem,
                                     std::move(*root));  // a deployment's own flow instead of the common one
      }
    }
  }

  void compile() {
    std::vector<const Node*> roots;
    for (const auto& [stem, root] : flow_roots_) {
      std::optional<Flow> flow = declare_flow(root, stem, options_.currency, faults_);
      if (!flow) continue;
      roots.push_back(&root);
      compilation_.flows.push_back(std::move(*flow));
    }
    find_home();
    // With a file missing, everything that refers to it would be a fault as well.
    if (unreadable_) return;
    compilation_.services.reserve(options_.services.size());
    for (const ServiceSignature& signature : options_.services) {
      compilation_.services.push_back({.name = signature.name,
                                       .changes = signature.changes,
                                       .assurance = options_.assurance_of(signature),
                                       .takes_secrets = signature.takes_secrets || signature.moves_money});
    }
    for (std::size_t i = 0; i < roots.size(); ++i)
      compile_flow(*roots[i], static_cast<std::uint16_t>(i), compilation_);
    for (const Node& table : keyword_tables_) compile_keyword_table(table, roots, compilation_);
    if (!faults_.empty()) return;
    check_reachable(compilation_.flows, faults_);
    check_rounds(compilation_.flows, faults_);
  }

  void find_home() {
    const auto& flows = compilation_.flows;
    const auto home =
        std::find_if(flows.begin(), flows.end(), [&](const Flow& flow) { return flow.name == options_.home_flow; });
    if (home != flows.end()) {
      home_ = static_cast<std::uint16_t>(home - flows.begin());
      return;
    }
    if (unreadable_) return;
    std::vector<std::string_view> names;
    names.reserve(flows.size());
    for (const Flow& flow : flows) names.push_back(flow.name);
    faults_.add(flows.empty() ? Position{} : flows.front().at,
                "there is no flow '" + options_.home_flow + "', which the bare service code opens",
                did_you_mean(options_.home_flow, names), Rule::unknown_name);
  }

  // Is it in the deployment's own folder, which is the last?
  [[nodiscard]] bool is_own(std::uint16_t file) const {
    const auto folder = [](const std::string& name) {
      const auto parent = std::filesystem::path(name).parent_path();
      return is_keyword_table(name) ? parent : parent.parent_path();
    };
    return file < files_.size() && folder(files_[file].name) == folder(files_.back().name);
  }

  std::unique_ptr<Revision> finish() {
    auto revision = std::make_unique<Revision>();
    Fingerprint fingerprint;
    for (const SourceFile& file : files_) {
      fingerprint.add(plain_name(file.name));
      fingerprint.add(file.text);
    }
    for (const std::string& locale : options_.locales) fingerprint.add(locale);
    fingerprint.add(options_.home_flow);
    for (const auto& [service, assurance] : options_.raised) {
      fingerprint.add(service);
      fingerprint.add(std::string(to_string(assurance)));
    }
    revision->id_ = fingerprint.text();
    revision->locales_ = options_.locales;
    revision->files_ = names_of(files_, options_);
    for (StringTable::Unused& unused : strings_.unused([&](std::uint16_t file) { return is_own(file); }))
      revision->unused_strings_.push_back({std::move(unused.name), unused.at});
    revision->text_positions_ = std::move(strings_).take_positions();
    revision->text_names_ = std::move(strings_).take_names();
    revision->plurals_ = std::move(strings_).take_plurals();
    revision->texts_ = std::move(strings_).take_texts();
    revision->flows_ = std::move(compilation_.flows);
    revision->home_flow_ = home_;
    revision->country_ = options_.country;
    revision->conditions_ = std::move(compilation_.conditions);
    revision->services_ = std::move(compilation_.services);
    revision->keywords_ = std::move(compilation_.keywords);
    for (const auto& [code, flow] : compilation_.codes) revision->by_code_.emplace(code, flow);
    return revision;
  }

  std::span<const SourceFile> files_;
  const LoadOptions& options_;
  Faults faults_;
  StringTable strings_;
  std::vector<std::uint16_t> string_files_;  // by locale: where what is missing is told
  std::map<std::string, Node> flow_roots_;   // by file stem, which is the flow's name
  std::vector<Node> keyword_tables_;         // in the order of their folders
  Compilation compilation_{options_, faults_, strings_, {}, {}, {}, {}, {}};
  std::uint16_t home_ = 0;
  bool unreadable_ = false;
};

Assurance LoadOptions::assurance_of(const ServiceSignature& service) const {
  const auto found = raised.find(service.name);
  return found == raised.end() ? service.assurance : std::max(service.assurance, found->second);
}

Result<std::shared_ptr<const Revision>, std::vector<Diagnostic>> load(std::span<const SourceFile> files,
                                                                      const LoadOptions& options) {
  return Loading(files, options).run();
}

namespace {

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{Errc::io, "cannot open " + path.string()};
  std::string text;
  std::array<char, 65'536> block{};
  while (in.read(block.data(), block.size()) || in.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    // One octet more than allowed, so that load() tells it with the file's name.
    if (text.size() > LoadLimits::file_octets_max) break;
  }
  if (in.bad()) return Error{Errc::io, "cannot read " + path.string()};
  return text;
}

Status add_file(const std::filesystem::path& path, std::vector<SourceFile>& files) {
  Result<std::string> text = read_file(path);
  if (!text) return text.error();
  files.push_back({path.lexically_normal().string(), std::move(*text)});
  return {};
}

Status read_folder(const std::filesystem::path& folder, std::vector<SourceFile>& files) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return {};  // a deployment need not have both flows/ and strings/
  std::vector<std::filesystem::path> paths;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".yaml" && entry->is_regular_file(error)) paths.push_back(entry->path());
    if (paths.size() > LoadLimits::files_max) return Error{Errc::limit, "too many files in " + folder.string()};
  }
  if (error) return Error{Errc::io, "cannot read the folder " + folder.string() + ": " + error.message()};
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    const Status added = add_file(path, files);
    if (!added) return added.error();
  }
  return {};
}

}  // namespace

Result<std::vector<SourceFile>> read_folders(std::span<const std::string> folders) {
  std::vector<SourceFile> files;
  for (const std::string& folder : folders) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) return Error{Errc::not_found, "there is no folder " + folder};
    for (const char* kind : {"flows", "strings"}) {
      const Status read = read_folder(std::filesystem::path(folder) / kind, files);
      if (!read) return read.error();
    }
    const auto table = std::filesystem::path(folder) / keyword_table_name;
    if (!std::filesystem::exists(table, error)) continue;
    const Status added = add_file(table, files);
    if (!added) return added.error();
  }
  return files;
}

}  // namespace shubbak::flows
