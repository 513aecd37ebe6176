#include "admin/flow_service.hpp"

#include <algorithm>

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

Result<std::vector<SourceFile>> base_files(FlowArchive& archive, const Publishing& publishing,
                                           std::optional<std::int64_t> base) {
  if (!base) return publishing.read_folders();
  const auto publication = archive.find(*base);
  if (!publication) return publication.error();
  if (!*publication) return Error{Errc::not_found, "there is no publication " + std::to_string(*base)};
  return sources_of(archive, (*publication)->revision);
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

Result<Proposed> propose(const Publishing& publishing, const Actor& author, const WantedFlows& wanted, WallTime now) {
  auto archive = FlowArchive::open(publishing.database);
  if (!archive) return archive.error();
  const auto latest = (*archive)->latest();
  if (!latest) return latest.error();
  auto files = base_files(**archive, publishing, wanted.base);
  if (!files) return files.error();
  if (const Status applied = apply(wanted, *files); !applied) return applied.error();
  const auto checked = publishing.check(*files);
  if (!checked) return checked.error();
  const store::Proposal proposal{.revision = checked->revision,
                                 .base = *latest ? (*latest)->number : 0,
                                 .author = author.name,
                                 .note = wanted.note,
                                 .at = now,
                                 .by = author};
  auto made = (*archive)->propose(proposal, flows::pack_sources(*files));
  if (!made) return made.error();
  return Proposed{std::move(*made), checked->needs_second_person};
}

Result<store::Publication> approve(const Publishing& publishing, const Actor& approver, std::int64_t number,
                                   WallTime now) {
  auto archive = FlowArchive::open(publishing.database);
  if (!archive) return archive.error();
  const auto proposal = (*archive)->find_proposal(number);
  if (!proposal) return proposal.error();
  if (!*proposal) return Error{Errc::not_found, "there is no proposal " + std::to_string(number)};
  const auto files = sources_of(**archive, (*proposal)->revision);
  if (!files) return files.error();
  // Services may have changed since it was proposed: it must still hold together.
  if (const auto checked = publishing.check(*files); !checked) return checked.error();
  return (*archive)->approve(number, approver, now);
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
      world, [publishing = &world.publishing, author = std::move(caller.actor), wanted = std::move(wanted),
              now = world.now()] { return propose(*publishing, author, wanted, now); });
}

Served<store::Publication> approve_flows(World& world, Caller caller, std::int64_t proposal) {
  return on_worker<store::Publication>(
      world, [publishing = &world.publishing, approver = std::move(caller.actor), proposal, now = world.now()] {
        return approve(*publishing, approver, proposal, now);
      });
}

Served<std::vector<store::Publication>> list_publications(World& world, std::size_t rows_max) {
  return on_worker<std::vector<store::Publication>>(
      world, [publishing = &world.publishing, rows_max]() -> Result<std::vector<store::Publication>> {
        auto archive = FlowArchive::open(publishing->database);
        if (!archive) return archive.error();
        return (*archive)->list(rows_max);
      });
}

Served<std::vector<store::Proposal>> list_proposals(World& world, std::size_t rows_max) {
  return on_worker<std::vector<store::Proposal>>(
      world, [publishing = &world.publishing, rows_max]() -> Result<std::vector<store::Proposal>> {
        auto archive = FlowArchive::open(publishing->database);
        if (!archive) return archive.error();
        return (*archive)->proposals(rows_max);
      });
}

}  // namespace shubbak::admin
