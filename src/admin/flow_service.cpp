#include "admin/flow_service.hpp"

#include <algorithm>
#include <map>

#include "flows/sources.hpp"

namespace shubbak::admin {
namespace {

using flows::SourceFile;
using store::FlowArchive;

Result<std::vector<SourceFile>> sources_of(FlowArchive& archive, const std::string& revision) {
  const auto packed = archive.sources(revision);
  if (!packed) return packed.error();
  if (!*packed) return Error{Errc::io, "the sources of revision " + revision + " are missing"};
  return flows::unpack_sources(**packed);
}

Result<std::vector<SourceFile>> published_files(FlowArchive& archive, std::int64_t number) {
  const auto publication = archive.find(number);
  if (!publication) return publication.error();
  if (!*publication) return Error{Errc::not_found, "there is no publication " + std::to_string(number)};
  return sources_of(archive, (*publication)->revision);
}

Result<store::Proposal> proposal_of(FlowArchive& archive, std::int64_t number) {
  auto proposal = archive.find_proposal(number);
  if (!proposal) return proposal.error();
  if (!*proposal) return Error{Errc::not_found, "there is no proposal " + std::to_string(number)};
  return std::move(**proposal);
}

std::vector<FileChange> changes_of(std::vector<SourceFile> before, std::vector<SourceFile> after) {
  std::map<std::string, FileChange> changes;
  for (SourceFile& file : before) changes[file.name].before = std::move(file.text);
  for (SourceFile& file : after) changes[file.name].after = std::move(file.text);
  std::vector<FileChange> all;
  for (auto& [name, change] : changes) {
    if (change.before == change.after) continue;
    change.name = name;
    all.push_back(std::move(change));
  }
  return all;
}

Status apply(const WantedFlows& wanted, std::vector<SourceFile>& files) {
  for (const std::string& name : wanted.removed) {
    if (std::erase_if(files, [&](const SourceFile& file) { return file.name == name; }) == 0)
      return Error{Errc::invalid, "a file that should be removed is not there"};
  }
  for (const SourceFile& changed : wanted.files) {
    if (changed.name.find('/') == std::string::npos || flows::plain_name(changed.name) != changed.name) {
      return Error{Errc::invalid, "a file is named by its folders, such as syria-kuwwa/flows/debt.yaml"};
    }
    const auto same = std::ranges::find(files, changed.name, &SourceFile::name);
    if (same == files.end()) {
      files.push_back(changed);
    } else {
      same->text = changed.text;
    }
  }
  return {};
}

// Who does it, when, and what must be so of them at the commit.
struct Act {
  Actor by;
  WallTime at;
  std::optional<store::RequireStaff> required;
};
Act act_of(const World& world, Caller&& caller, staff::Permission permission) {
  auto required = required_of(world, caller, permission, staff::Scope());
  return {std::move(caller.actor), world.now(), required};
}

Result<Proposed> propose(const Publishing& publishing, const Act& act, const WantedFlows& wanted) {
  auto archive = FlowArchive::open(publishing.database, publishing.on_doubt);
  if (!archive) return archive.error();
  const auto latest = (*archive)->latest();
  if (!latest) return latest.error();
  const std::int64_t newest = *latest ? (*latest)->number : 0;
  const std::int64_t base = wanted.base.value_or(newest);
  auto files = base == WantedFlows::folders ? publishing.read_folders() : published_files(**archive, base);
  if (!files) return files.error();
  if (const Status applied = apply(wanted, *files); !applied) return applied.error();
  const auto checked = publishing.check(*files);
  if (!checked) return checked.error();
  const store::Proposal proposal{.revision = checked->revision,
                                 .base = newest,
                                 .author = act.by.name,
                                 .note = wanted.note,
                                 .at = act.at,
                                 .by = act.by};
  auto made = (*archive)->propose(proposal, flows::pack_sources(*files), act.required);
  if (!made) return made.error();
  return Proposed{std::move(*made), checked->needs_second_person};
}

Result<store::Publication> approve(const Publishing& publishing, const Act& act, std::int64_t number) {
  auto archive = FlowArchive::open(publishing.database, publishing.on_doubt);
  if (!archive) return archive.error();
  const auto proposal = proposal_of(**archive, number);
  if (!proposal) return proposal.error();
  const auto files = sources_of(**archive, proposal->revision);
  if (!files) return files.error();
  // Services may have changed since it was proposed: it must still hold together.
  if (const auto checked = publishing.check(*files); !checked) return checked.error();
  return (*archive)->approve(number, act.by, act.at, act.required);
}

Result<ProposalChanges> changes_in(const Publishing& publishing, std::int64_t number) {
  auto archive = FlowArchive::open(publishing.database, publishing.on_doubt);
  if (!archive) return archive.error();
  auto proposal = proposal_of(**archive, number);
  if (!proposal) return proposal.error();
  auto after = sources_of(**archive, proposal->revision);
  if (!after) return after.error();
  std::vector<SourceFile> before;
  if (proposal->base != 0) {
    auto published = published_files(**archive, proposal->base);
    if (!published) return published.error();
    before = std::move(*published);
  }
  return ProposalChanges{std::move(*proposal), changes_of(std::move(before), std::move(*after))};
}

template <class R>
Served<R> on_worker(World& world, std::function<Result<R>()> work) {
  auto working = world.worker.run<R>(std::move(work));
  auto done = co_await std::move(working);
  if (!done) co_return api_error(done.error());
  co_return std::move(*done);
}

}  // namespace

Served<Proposed> propose_flows(World& world, Caller caller, WantedFlows wanted) {
  return on_worker<Proposed>(
      world, [publishing = &world.publishing, act = act_of(world, std::move(caller), staff::Permission::flow_propose),
              wanted = std::move(wanted)] { return propose(*publishing, act, wanted); });
}

Served<store::Publication> approve_flows(World& world, Caller caller, std::int64_t proposal) {
  return on_worker<store::Publication>(
      world, [publishing = &world.publishing, act = act_of(world, std::move(caller), staff::Permission::flow_approve),
              proposal] { return approve(*publishing, act, proposal); });
}

Served<ProposalChanges> show_proposal(World& world, std::int64_t number) {
  return on_worker<ProposalChanges>(
      world, [publishing = &world.publishing, number] { return changes_in(*publishing, number); });
}

Served<std::vector<store::Publication>> list_publications(World& world, std::size_t rows_max) {
  return on_worker<std::vector<store::Publication>>(
      world, [publishing = &world.publishing, rows_max]() -> Result<std::vector<store::Publication>> {
        auto archive = FlowArchive::open(publishing->database, publishing->on_doubt);
        if (!archive) return archive.error();
        return (*archive)->list(rows_max);
      });
}

Served<std::vector<store::Proposal>> list_proposals(World& world, std::size_t rows_max) {
  return on_worker<std::vector<store::Proposal>>(
      world, [publishing = &world.publishing, rows_max]() -> Result<std::vector<store::Proposal>> {
        auto archive = FlowArchive::open(publishing->database, publishing->on_doubt);
        if (!archive) return archive.error();
        return (*archive)->proposals(rows_max);
      });
}

}  // namespace shubbak::admin
