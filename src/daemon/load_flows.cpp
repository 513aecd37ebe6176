#include "daemon/load_flows.hpp"

#include <algorithm>
#include <iterator>

#include "flows/revision.hpp"
#include "flows/sources.hpp"
#include "services/service.hpp"

namespace shubbak::daemon {

std::vector<flows::OperatorProfile> operator_profiles(const Config& config) {
  std::vector<flows::OperatorProfile> profiles;
  for (const OperatorConfig& op : config.operators) {
    profiles.push_back({.name = op.name,
                        .ussd_octets_max = op.ussd.octets_max,
                        .ussd_digits = op.ussd.digits,
                        .sms_octets_max = op.sms.octets_max(),
                        .sms_digits = op.sms.digits,
                        .session_budget = op.ussd.session_budget,
                        .application_timeout = op.ussd.application_timeout,
                        .stages_max = op.ussd.stages_max});
  }
  return profiles;
}

Result<std::vector<flows::SourceFile>, std::vector<flows::Diagnostic>> read_flow_sources(const Config& config) {
  auto sources = flows::read_folders(config.folders);
  if (sources) return std::move(*sources);
  return std::vector<flows::Diagnostic>{
      {.file = config.deployment, .line = 1, .column = 1, .message = sources.error().message, .hint = {}}};
}

namespace {

// Where a company's payments cost a fee no flow may leave it out: it would pay nothing.
std::span<const flows::ServiceSignature> signatures_of(const Config& config) {
  static const std::vector<flows::ServiceSignature> with_fees = [] {
    const auto all = services::signatures();
    std::vector<flows::ServiceSignature> made(all.begin(), all.end());
    for (flows::ServiceSignature& service : made) {
      for (flows::Parameter& argument : service.args) {
        if (service.moves_money && argument.name == "fee") argument.is_optional = false;
      }
    }
    return made;
  }();
  const bool costs = std::ranges::any_of(
      config.companies, [](const companies::CompanyConfig& one) { return payments::is_charged(one.payments.fee); });
  return costs ? std::span(with_fees) : services::signatures();
}

flows::LoadOptions load_options(const Config& config) {
  flows::LoadOptions options{.locales = config.locales,
                             .home_flow = config.home_flow,
                             .services = signatures_of(config),
                             .country = config.country,
                             .currency = config.currency};
  for (const RaisedAssurance& raised : config.assurance)
    options.raised.insert_or_assign(raised.service, raised.needs);
  return options;
}

std::vector<flows::Diagnostic> fault_of_database(const Config& config, std::string message, std::string hint = {}) {
  return {{.file = config.database, .line = 1, .column = 1, .message = std::move(message), .hint = std::move(hint)}};
}

}  // namespace

LoadedFlows compile(const Config& config, std::span<const flows::SourceFile> sources) {
  return flows::load(sources, load_options(config));
}

Result<std::vector<flows::SourceFile>> published_sources(store::FlowArchive& archive, const std::string& revision) {
  const auto packed = archive.sources(revision);
  if (!packed) return packed.error();
  if (!*packed)
    return Error{Errc::io, "the flows of the published revision " + revision + " are not in the database"};
  return flows::unpack_sources(**packed);
}

LoadedFlows load_sources_of(const Config& config, std::span<const flows::SourceFile> sources,
                            const flows::Revision* published) {
  auto revision = compile(config, sources);
  if (!revision) return revision;
  if (!(*revision)->flow_index(config.link_flow)) {
    return std::vector<flows::Diagnostic>{
        {.file = config.deployment,
         .line = 1,
         .column = 1,
         .message = "there is no flow '" + config.link_flow + "', by which a phone confirms its link",
         .hint = "take it from config/common, or name yours as link_flow"}};
  }
  const std::vector<flows::OperatorProfile> operators = operator_profiles(config);
  std::vector<flows::Diagnostic> faults = flows::check(**revision, {.operators = operators, .published = published});
  if (!faults.empty()) return faults;
  return revision;
}

Result<std::shared_ptr<const flows::Revision>> latest_revision(const Config& config, store::FlowArchive& archive) {
  const auto latest = archive.latest();
  if (!latest) return latest.error();
  if (!*latest) return std::shared_ptr<const flows::Revision>();
  const auto sources = published_sources(archive, (*latest)->revision);
  if (!sources) return sources.error();
  auto loaded = load_sources_of(config, *sources);
  return loaded ? *loaded : std::shared_ptr<const flows::Revision>();
}

bool needs_second_person(const Config& config, const flows::Revision& revision) {
  return config.second_person == SecondPerson::every_flow ||
         std::ranges::any_of(revision.flows(), &flows::Flow::changes_money);
}

LoadedFlows load_publication(const Config& config, store::FlowArchive& archive,
                             const store::Publication& publication) {
  const auto sources = published_sources(archive, publication.revision);
  auto loaded =
      sources ? load_sources_of(config, *sources) : LoadedFlows(fault_of_database(config, sources.error().message));
  if (!loaded) return faults_of_publication(config, publication, loaded.error());
  return loaded;
}

std::vector<flows::Diagnostic> faults_of_publication(const Config& config, const store::Publication& publication,
                                                     std::vector<flows::Diagnostic> faults) {
  auto all = fault_of_database(config,
                               "publication " + std::to_string(publication.number) + ", revision " +
                                   publication.revision + ", does not load in this version of shubbakd",
                               "put flows that do into force by shubbak publish, approve or rollback, or start the "
                               "version of before again");
  all.insert(all.end(), std::make_move_iterator(faults.begin()), std::make_move_iterator(faults.end()));
  return all;
}

Result<std::vector<flows::Diagnostic>> faults_in_force(const Config& config) {
  const auto archive = store::FlowArchive::open_for_reading(config.database);
  if (!archive) return archive.error();
  if (*archive == nullptr) return std::vector<flows::Diagnostic>();
  const auto latest = (*archive)->latest();
  if (!latest) return latest.error();
  if (!*latest) return std::vector<flows::Diagnostic>();
  const auto loaded = load_publication(config, **archive, **latest);
  return loaded ? std::vector<flows::Diagnostic>() : loaded.error();
}

LoadedFlows load_to_finish(const Config& config, std::span<const flows::SourceFile> sources) {
  flows::LoadOptions options = load_options(config);
  options.services = services::signatures();  // what began without a fee, which costs one by now, pays nothing new
  options.only_finishes = true;
  return flows::load(sources, options);
}

LoadedFlows load_flows(const Config& config) {
  const auto sources = read_flow_sources(config);
  if (!sources) return sources.error();
  return load_sources_of(config, *sources);
}

}  // namespace shubbak::daemon
