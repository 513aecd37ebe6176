#include "admin/bodies.hpp"

#include <ctime>

namespace shubbak::admin {

std::string time_text(WallTime at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(at));
  std::tm broken{};
  ::gmtime_r(&seconds, &broken);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken);
  return text;
}

StaffShown shown(const staff::Account& account) {
  StaffShown made{account.name,
                  account.full_name,
                  account.email,
                  {},
                  account.disabled,
                  account.generation,
                  time_text(account.since),
                  {}};
  if (account.msisdn) made.msisdn = account.msisdn->masked();
  for (const staff::Grant& grant : account.grants) made.roles.push_back(to_string(grant));
  return made;
}

LinkShown shown(const store::StoredLink& link) {
  return {link.msisdn.masked(),
          link.national_id ? link.national_id->masked() : "erased",
          std::string(to_string(link.record.state)),
          time_text(link.record.since),
          std::string(to_string(link.record.hold)),
          link.record.verified};
}

RecordShown shown(const audit::Record& record) {
  return {record.number,
          record.at.time_since_epoch().count(),
          std::string(to_string(record.by.kind)),
          record.by.name,
          record.action,
          audit::to_hex(record.person),
          audit::to_hex(record.msisdn),
          record.thing,
          record.detail,
          audit::to_hex(record.hash)};
}

AuditEndShown shown(const AuditEnd& end) {
  AuditEndShown made{end.last.number, audit::to_hex(end.last.hash), {}, {}, {}};
  if (end.published) {
    made.published_day = end.published->day;
    made.published_number = end.published->position.number;
    made.published_hash = audit::to_hex(end.published->position.hash);
  }
  return made;
}

PublicationShown shown(const store::Publication& publication) {
  return {publication.number, publication.revision, publication.author, publication.note, time_text(publication.at)};
}

ProposalShown shown(const store::Proposal& proposal) {
  ProposalShown made{proposal.number,
                     proposal.revision,
                     proposal.author,
                     proposal.note,
                     time_text(proposal.at),
                     proposal.base,
                     {},
                     {}};
  if (proposal.publication != 0) {
    made.publication = proposal.publication;
    made.approver = proposal.approver;
  }
  return made;
}

ProposalChangesShown shown(const ProposalChanges& changes) {
  ProposalChangesShown made{shown(changes.proposal), {}};
  for (const FileChange& file : changes.files) made.files.push_back({file.name, file.before, file.after});
  return made;
}

}  // namespace shubbak::admin
