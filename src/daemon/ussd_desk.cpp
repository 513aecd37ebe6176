#include "daemon/ussd_desk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/log.hpp"
#include "daemon/sms_sender.hpp"

namespace shubbak::daemon {

namespace {

std::uint32_t hash_of(std::string_view text) {  // FNV-1a
  std::uint32_t hash = 2'166'136'261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  return hash;
}

bool may_be_taken_up(const Walk& walk) {
  return !walk.is_assisted() && flows::resume_ttl(*walk.revision, walk.session).has_value();
}

// Nothing: it is not taken up again.
std::optional<store::SavedWalk> for_the_store(const Walk& walk, Msisdn msisdn, WallTime now) {
  if (!may_be_taken_up(walk)) return std::nullopt;
  return saved_walk(*walk.revision, walk.session, msisdn, store::WalkChannel::ussd, std::nullopt, now);
}

// Of the tag of a screen: it tells alone of a payment; the rest of the tag is the number.
constexpr std::uint64_t end_tag = std::uint64_t{1} << 62U;

// An end of a payment of which no SMS tells too. If its screen is lost, the walk must be there to show it again.
bool tells_of_payment_alone(const flows::Step& step, const Walk& walk) {
  return step.kind == flows::Step::Kind::end && walk.has_paid && !walk.is_assisted() && !step.sms && !step.sms_later;
}

}  // namespace

UssdDesk::UssdDesk(Shared& shared, const OperatorConfig& config, OperatorMetrics& metrics, gateways::SmppLink& link,
                   SmsSender& sms)
    : shared_(shared),
      config_(config),
      metrics_(metrics),
      link_(link),
      sms_(sms),
      dialect_(config.ussd.dialect),
      dialogues_({.dialogues_max = config.ussd.dialogues_max,
                  .idle_timeout = config.ussd.idle_timeout,
                  .hash_seed = shared.world.random()}),
      statistics_(shared.statistics, flows::Channel::ussd, config.name) {}

void UssdDesk::on_input(const smpp::Sm& sm, std::uint64_t connection) {
  const Instant now = std::chrono::steady_clock::now();
  const auto input = ussd::read_input(dialect_, sm);
  if (!input) {
    metrics_.ussd_bad_input.Increment();
    log::warning("ussd_unreadable", {{"operator", config_.name}, {"reason", input.error().message}});
    return;
  }
  metrics_.ussd_steps.Increment();
  switch (input->kind) {
    case ussd::UssdInput::Kind::begin:
      begin(*input, connection, now);
      return;
    case ussd::UssdInput::Kind::answer:
      answer(*input, connection, now);
      return;
    case ussd::UssdInput::Kind::abort:
      abort(input->msisdn.value());
      return;
  }
}

bool UssdDesk::can_resume(const Dialogue& dialogue) {
  return !dialogue.serving && may_be_taken_up(dialogue.walk);
}

// The person hung up. What can be taken up again stays here until its time is over, for they may dial at once.
void UssdDesk::abort(std::uint64_t key) {
  Dialogue* dialogue = dialogues_.find(key);
  if (dialogue == nullptr) return;
  statistics_.abandoned(dialogue->walk, AbandonedBy::user);
  if (!can_resume(*dialogue)) dialogues_.close(key);
}

void UssdDesk::begin(const ussd::UssdInput& input, std::uint64_t connection, Instant now) {
  const std::uint64_t key = input.msisdn.value();
  auto dialled = flows::segments_after_code(config_.ussd.service_code, input.text);
  // A dialogue that the network dropped and never told of: where it was is known here better than in the store.
  std::optional<Walk> dropped;
  bool was_saved = false;
  if (Dialogue* old = dialogues_.find(key); old != nullptr) {
    if (old->serving && old->code_hash != 0 && flows::is_confirmation_code(dialled) &&
        old->code_hash == hash_of(dialled.front())) {
      note_input(*old, input, connection);  // dialled twice: the answer to the first goes to the second
      return;
    }
    statistics_.abandoned(old->walk, AbandonedBy::network);
    was_saved = old->saved && !is_being_saved(input.msisdn);
    if (can_resume(*old)) dropped = std::move(old->walk);
  }
  Dialogue* dialogue = dialogues_.open(key, now);
  if (dialogue == nullptr) {
    metrics_.dialogues_refused.Increment();
    statistics_.turned_away(shared_.revision);
    flows::Context plain{
        .screen = {.octets_max = config_.ussd.octets_max}, .digits = config_.ussd.digits, .linked = false};
    send(key, input.session, true,
         flows::system_text(*shared_.revision, shared_.revision->default_locale, "sys_try_later", plain));
    return;
  }
  metrics_.dialogues_begun.Increment();
  note_input(*dialogue, input, connection);
  dialogue->links_version = static_cast<std::uint32_t>(shared_.store.links_version());
  dialogue->walk.revision = shared_.revision;
  dialogue->walk.session.channel = flows::Channel::ussd;
  dialogue->walk.session.locale = shared_.revision->default_locale;
  const auto person = shared_.store.find_person(input.msisdn);
  if (!person) {
    shared_.metrics.count_store_failure();
    log::error("person_unreadable", {{"reason", person.error().message}});
    statistics_.turned_away(shared_.revision);
    finish(key, *dialogue, apology(dialogue->walk, context(*dialogue)), now);
    return;
  }
  dialogue->walk.link_since = active_since(*person);
  // What is gone from the store has gone on by SMS.
  if (dropped && (!dropped->belongs_to(*person) || (was_saved && !has_walk(*person, input.msisdn)))) dropped.reset();
  if (!person->locale.empty()) {
    if (const auto locale = shared_.revision->locale_index(person->locale)) dialogue->walk.session.locale = *locale;
  }
  note_imsi(input, *person);
  dialogue->saved = has_walk(*person, input.msisdn) || is_being_saved(input.msisdn);
  const Standing standing = standing_of(shared_, *person);
  const bool is_code = flows::is_confirmation_code(dialled);
  if (is_code && standing != Standing::suspended &&
      begin_with_code(key, *dialogue, dropped, *person, dialled.front(), now)) {
    return;
  }
  if (standing != Standing::free) {
    dialogue->saved = false;  // a walk that waits in the store goes on afterwards
    finish(key, *dialogue, led(shared_, standing, dialogue->walk, std::nullopt, context(*dialogue)), now);
    return;
  }
  // Its code was taken, and the dialogue lost while the company was asked.
  if (is_code && dialogue->walk.linked() && has_walk(*person, input.msisdn) && is_payment_saved(input.msisdn)) {
    if (auto step = resume(*dialogue, input, now)) {
      finish(key, *dialogue, std::move(*step), now);
      return;
    }
  }
  if (is_code) {
    flows::Step step;
    step.text =
        flows::system_text(*shared_.revision, dialogue->walk.session.locale, "sys_no_code", context(*dialogue));
    reply(key, *dialogue, step);  // what is saved stays: it is another walk
    return;
  }
  // For whoever else dials this there is no such code. A walk of their own that waits in the store goes on
  // afterwards.
  if (flows::leads_to_staff(*shared_.revision, dialled) && services::serves_people(shared_.world, input.msisdn)) {
    dialogue->walk.staff = true;
    dialogue->saved = false;
  }
  const bool may_resume = dialled.empty() && dialogue->walk.linked();
  if (may_resume && dropped) {
    dropped->link_since = dialogue->walk.link_since;
    dialogue->walk = std::move(*dropped);
  }
  if (may_resume && dropped) {
    metrics_.dialogues_resumed.Increment();
    if (dialogue->walk.recorder) dialogue->walk.recorder->redial(now);
    statistics_.goes_on(dialogue->walk, now);
    finish(key, *dialogue, flows::show(*dialogue->walk.revision, dialogue->walk.session, context(*dialogue)), now);
    return;
  }
  if (may_resume && has_walk(*person, input.msisdn)) {
    if (auto step = resume(*dialogue, input, now)) {
      finish(key, *dialogue, std::move(*step), now);
      return;
    }
  }
  auto& walk = dialogue->walk;
  draw_recorder(shared_, walk, config_.name, context(*dialogue));
  if (walk.recorder) walk.recorder->dial(dialled, now);
  finish(key, *dialogue, flows::dial(*walk.revision, walk.session, std::move(dialled), context(*dialogue)), now);
}

// *123*<code>#: answers the walk that waits for a code, whether it began here or by SMS. False: none does.
bool UssdDesk::begin_with_code(std::uint64_t key, Dialogue& dialogue, std::optional<Walk>& dropped,
                               const store::Person& person, const std::string& code, Instant now) {
  Walk& walk = dialogue.walk;
  const std::uint8_t locale = walk.session.locale;
  const auto msisdn = Msisdn::from_value(key);
  if (dropped && dropped->session.code_sent) {
    dropped->link_since = walk.link_since;
    walk = std::move(*dropped);
  } else if (auto awaited = msisdn ? waiting_for_code(shared_, *msisdn, person) : std::nullopt) {
    walk = std::move(awaited->walk);
    dialogue.took_sms_walk = awaited->channel == store::WalkChannel::sms;
  } else {
    return false;
  }
  dialogue.code_hash = hash_of(code);
  walk.session.locale = locale;
  walk.session.channel = flows::Channel::ussd;
  metrics_.dialogues_resumed.Increment();
  if (walk.recorder) walk.recorder->redial(code, now);
  statistics_.goes_on(walk, now);
  finish(key, dialogue, flows::answer(*walk.revision, walk.session, code, context(dialogue)), now);
  return true;
}

// Another SIM than before: whatever this dialogue comes to write stands behind the hold in the writer's queue.
void UssdDesk::note_imsi(const ussd::UssdInput& input, const store::Person& person) {
  if (input.imsi.empty() || !person.link || shared_.store.imsi_mark(input.imsi) == person.link->imsi_mark) return;
  std::vector<store::Change> changes;
  changes.emplace_back(store::NoteImsi{input.msisdn, input.imsi, wall_now()});
  shared_.store.change(std::move(changes), [this](const Result<store::Committed>& result) {
    if (!result) shared_.metrics.count_store_failure();
  });
}

bool UssdDesk::is_payment_saved(Msisdn msisdn) const {
  const auto saved = shared_.store.find_walk(msisdn, store::WalkChannel::ussd, wall_now());
  if (!saved || !*saved) return false;
  const TakenUp taken = take_up(shared_, **saved);
  return taken.how == flows::Moved::How::goes_on && flows::is_paying(*taken.walk.revision, taken.walk.session);
}

// Takes up a walk that an earlier run of the daemon wrote. Nothing: there is none, or none that can be.
std::optional<flows::Step> UssdDesk::resume(Dialogue& dialogue, const ussd::UssdInput& input, Instant now) {
  const auto saved = shared_.store.find_walk(input.msisdn, store::WalkChannel::ussd, wall_now());
  if (!saved || !*saved) return std::nullopt;
  TakenUp taken = take_up(shared_, **saved);
  const Walk& found = taken.walk;
  const bool is_paying = flows::is_paying(*found.revision, found.session);
  const bool can_go_on =
      is_paying || (!found.session.waits_for_call && flows::resume_ttl(*found.revision, found.session));
  if (taken.how == flows::Moved::How::goes_on && !can_go_on) return std::nullopt;
  taken.walk.session.locale = dialogue.walk.session.locale;
  taken.walk.link_since = dialogue.walk.link_since;
  dialogue.walk = std::move(taken.walk);
  metrics_.dialogues_resumed.Increment();
  if (taken.how == flows::Moved::How::goes_on) statistics_.goes_on(dialogue.walk, now);
  return step_of(taken, dialogue.walk, context(dialogue));
}

void UssdDesk::answer(const ussd::UssdInput& input, std::uint64_t connection, Instant now) {
  const std::uint64_t key = input.msisdn.value();
  Dialogue* dialogue = dialogues_.find(key);
  if (dialogue == nullptr || !ussd::same_session(dialect_, dialogue->gateway_session, input.session)) {
    // We restarted, or it was too slow: the network still has a dialogue that we do not know.
    send_lost(input);
    return;
  }
  dialogues_.touch(key, now);
  const bool redelivered = is_redelivery(*dialogue, input, connection);
  note_input(*dialogue, input, connection);
  if (dialogue->serving) return;  // the answer to the press before is still on its way
  if (!may_go_on(*dialogue, input.msisdn)) {
    statistics_.abandoned(dialogue->walk, AbandonedBy::us);
    dialogues_.close(key);
    send_lost(input);
    return;
  }
  Walk& walk = dialogue->walk;
  statistics_.goes_on(walk, now);
  if (redelivered) {
    metrics_.ussd_duplicates.Increment();
    finish(key, *dialogue, flows::show(*walk.revision, walk.session, context(*dialogue)), now);
    return;
  }
  if (walk.recorder) walk.recorder->answer(input.text, now);
  finish(key, *dialogue, flows::answer(*walk.revision, walk.session, input.text, context(*dialogue)), now);
}

void UssdDesk::note_input(Dialogue& dialogue, const ussd::UssdInput& input, std::uint64_t connection) {
  dialogue.gateway_session = input.session;
  dialogue.connection = static_cast<std::uint32_t>(connection);
  dialogue.text_hash = hash_of(input.text);
}

// The gateway delivers a press again when the link broke before it had our resp. It must not be stepped twice; shown
// again is what it led to, since that screen may be lost too. Pressing the same key once more on the new connection
// looks the same where the gateway does not count messages: then that screen is shown again, and nothing is lost.
bool UssdDesk::is_redelivery(const Dialogue& dialogue, const ussd::UssdInput& input, std::uint64_t connection) {
  return dialogue.connection != static_cast<std::uint32_t>(connection) && dialogue.gateway_session == input.session &&
         dialogue.text_hash == hash_of(input.text);
}

// A number may be suspended, or become another person's, while its dialogue goes on. When the store cannot tell,
// services refuse for themselves.
bool UssdDesk::still_theirs(const Walk& walk, Msisdn line) const {
  if (!walk.linked()) return true;
  const auto person = shared_.store.find_person(walk.subject(line));
  return !person || walk.belongs_to(*person);
}

bool UssdDesk::may_go_on(Dialogue& dialogue, Msisdn line) const {
  const Walk& walk = dialogue.walk;
  if (walk.is_assisted() && wall_now() >= walk.agent->until) return false;
  const auto links_version = static_cast<std::uint32_t>(shared_.store.links_version());
  if (dialogue.links_version == links_version) return true;
  if (!still_theirs(walk, line)) return false;
  dialogue.links_version = links_version;
  return true;
}

void UssdDesk::send_lost(const ussd::UssdInput& input) {
  const flows::Context plain{
      .screen = {.octets_max = config_.ussd.octets_max}, .digits = config_.ussd.digits, .linked = false};
  send(input.msisdn.value(), input.session, true,
       flows::system_text(*shared_.revision, shared_.revision->default_locale, "sys_session_lost", plain));
}

void UssdDesk::finish(std::uint64_t key, Dialogue& dialogue, flows::Step step, Instant now) {
  statistics_.moved(dialogue.walk, now);
  // A walk that is over must be out of the store before the phone hears so (or in told_), and a chosen language in
  // it, for it may dial again at once.
  const bool needs_store = step.sms || step.locale_changed || dialogue.took_sms_walk ||
                           (dialogue.saved && step.kind == flows::Step::Kind::end);
  if (step.kind != flows::Step::Kind::call && !needs_store) {
    reply(key, dialogue, step);
    return;
  }
  dialogue.serving = true;
  auto serving = serve_call(key, dialogues_.handle_of(key), std::move(step));
  boost::asio::co_spawn(shared_.executor, std::move(serving), boost::asio::detached);
}

boost::asio::awaitable<void> UssdDesk::serve_call(std::uint64_t key, ussd::DialogueHandle handle, flows::Step step) {
  const auto under_way =
      link_.begin_work();  // the press is acknowledged already, and a stop must wait for the screen
  const auto msisdn = Msisdn::from_value(key);
  Dialogue* dialogue = dialogues_.get(handle);
  if (!msisdn || dialogue == nullptr) co_return;
  Serving serving{.line = *msisdn,
                  .link = config_.name,
                  .context = context(*dialogue),
                  .statistics = statistics_,
                  .walk = {},
                  .walk_lives = std::nullopt,
                  .add_changes = {}};
  serving.walk = [this, handle]() -> Walk* {
    Dialogue* found = dialogues_.get(handle);
    return found == nullptr ? nullptr : &found->walk;
  };
  std::uint64_t* parts_counted = nullptr;  // of the text that follows the last screen
  Msisdn subject = *msisdn;                // to whom it goes
  serving.add_changes = [this, handle, msisdn = *msisdn, saved = dialogue->saved, &parts_counted, &subject](
                            const flows::Step& next, std::vector<store::Change>& changes) {
    Dialogue& served = *dialogues_.get(handle);  // serve() has looked for its walk
    const Walk& walk = served.walk;
    subject = walk.subject(msisdn);
    if (next.locale_changed && !walk.is_assisted())  // an agent's language is not the person's
      changes.emplace_back(store::SetLocale{subject, walk.revision->locales()[walk.session.locale]});
    if (next.sms) {
      changes.push_back(sms_.outbox_change(subject, *next.sms));
      parts_counted = statistics_.message_parts(walk.revision, walk.session.at);
    }
    if (served.took_sms_walk) changes.emplace_back(store::DropWalk{msisdn, store::WalkChannel::sms});
    // What is in the store no more must be there again before anything is told, and so must a walk that waits for a
    // code.
    if (next.parked || (served.took_sms_walk && next.kind == flows::Step::Kind::screen)) {
      if (auto waits = for_the_store(walk, msisdn, wall_now())) {
        changes.emplace_back(store::SaveWalk{std::move(*waits)});
        untold_.erase(msisdn.value());  // the walk that it was about is gone from the store
      }
    } else if (next.kind == flows::Step::Kind::end && !next.sms_later && !tells_of_payment_alone(next, walk) &&
               (saved || (walk.has_paid && !walk.is_assisted()))) {
      // One whose payment is not known yet stays: dialled again it shows what has become of that.
      changes.emplace_back(store::DropWalk{msisdn, store::WalkChannel::ussd});
      untold_.erase(msisdn.value());
    }
  };
  auto serving_on = serve(shared_, std::move(serving), std::move(step));
  auto served = co_await std::move(serving_on);
  if (served.wrote && served.step.sms)
    sms_.take_up(served.committed.outbox_ids.back(), subject, *served.step.sms, parts_counted);
  dialogue = dialogues_.get(handle);
  if (served.walk_gone || dialogue == nullptr) co_return;
  dialogue->serving = false;
  if (served.wrote) dialogue->took_sms_walk = false;
  if (dialogue->walk.has_paid && !dialogue->walk.is_assisted()) dialogue->saved = true;
  const bool tells_alone = !served.failed && tells_of_payment_alone(served.step, dialogue->walk);
  if (tells_alone) untold_.insert(key);
  if (!reply(key, *dialogue, served.step, tells_alone ? end_tag | key : no_tag)) untold_.erase(key);
}

void UssdDesk::on_response(std::uint64_t tag, bool taken) {
  if ((tag & end_tag) == 0 || untold_.erase(tag & ~end_tag) == 0 || !taken) return;
  if (const auto msisdn = Msisdn::from_value(tag & ~end_tag)) drop_told(*msisdn);
}

// The SMSC has the screen: its walk has nothing more to show. Until the store has forgotten it, this desk does.
void UssdDesk::drop_told(Msisdn msisdn) {
  told_.insert(msisdn.value());
  std::vector<store::Change> changes;
  changes.emplace_back(store::DropWalk{msisdn, store::WalkChannel::ussd});
  shared_.store.change(std::move(changes), [this, msisdn](const Result<store::Committed>& result) {
    told_.erase(msisdn.value());
    if (!result) shared_.metrics.count_store_failure();
  });
}

bool UssdDesk::has_walk(const store::Person& person, Msisdn msisdn) const {
  return person.has_ussd_walk && !told_.contains(msisdn.value());
}

bool UssdDesk::reply(std::uint64_t key, Dialogue& dialogue, const flows::Step& step, std::uint64_t tag) {
  const bool last = step.kind == flows::Step::Kind::end;
  const bool sent = send(key, dialogue.gateway_session, last, step.text, tag);
  if (!sent) {
    statistics_.abandoned(dialogue.walk, AbandonedBy::network);
  } else if (last) {
    statistics_.ended(dialogue.walk, step);
  }
  if (last) {
    dialogues_.close(key);
  } else {
    note_position(key, dialogue);
  }
  return sent;
}

bool UssdDesk::send(std::uint64_t msisdn, std::uint32_t session, bool last, std::string_view text,
                    std::uint64_t tag) {
  const ussd::UssdReply made{
      .msisdn = msisdn, .session = session, .last = last, .text = text, .service_code = config_.ussd.source_address};
  const auto sent = link_.send(replies_.build(dialect_, made), tag);
  if (sent) return true;
  metrics_.ussd_lost.Increment();
  log::warning("ussd_reply_lost", {{"operator", config_.name}, {"reason", sent.error().message}});
  return false;
}

// A plain position is written behind: at most one tick is lost to a crash.
void UssdDesk::note_position(std::uint64_t key, Dialogue& dialogue) {
  if (dialogue.unsaved) return;
  if (!may_be_taken_up(dialogue.walk) && !dialogue.saved) return;
  dialogue.unsaved = true;
  unsaved_.push_back(key);
}

void UssdDesk::save_position(std::uint64_t key, Dialogue& dialogue, WallTime now) {
  dialogue.unsaved = false;
  const auto msisdn = Msisdn::from_value(key);
  if (!msisdn || dialogue.serving) return;  // its reply notes it again
  // Releasing a number has forgotten its walks: none may come after it.
  if (!still_theirs(dialogue.walk, *msisdn)) return;
  std::vector<store::Change> changes;
  auto walk = for_the_store(dialogue.walk, *msisdn, now);
  dialogue.saved = walk.has_value();
  if (walk) {
    changes.emplace_back(store::SaveWalk{std::move(*walk)});
    saving_.insert(key);
  } else {
    changes.emplace_back(store::DropWalk{*msisdn, store::WalkChannel::ussd});
  }
  untold_.erase(key);  // the walk that it was about is gone from the store
  shared_.store.change(std::move(changes),
                       [this, key, saves = dialogue.saved](const Result<store::Committed>& result) {
                         if (saves) saving_.erase(saving_.find(key));
                         if (!result) shared_.metrics.count_store_failure();
                       });
}

void UssdDesk::tick(Instant now) {
  const WallTime wall = wall_now();
  for (const std::uint64_t key : unsaved_) {
    if (Dialogue* dialogue = dialogues_.find(key); dialogue != nullptr && dialogue->unsaved)
      save_position(key, *dialogue, wall);
  }
  unsaved_.clear();
  const std::size_t expired = dialogues_.expire(now, expired_per_tick_max, [this](std::uint64_t, Dialogue& dialogue) {
    statistics_.abandoned(dialogue.walk, AbandonedBy::timeout);
  });
  if (expired > 0) metrics_.dialogues_expired.Increment(static_cast<double>(expired));
}

void UssdDesk::give_up() {
  dialogues_.expire(Instant::max(), dialogues_.size(), [this](std::uint64_t, Dialogue& dialogue) {
    statistics_.abandoned(dialogue.walk, AbandonedBy::us);
  });
}

flows::Context UssdDesk::context(const Dialogue& dialogue) {
  return {.screen = {.octets_max = config_.ussd.octets_max},
          .digits = config_.ussd.digits,
          .linked = dialogue.walk.linked(),
          .staff = dialogue.walk.staff,
          .assisted = dialogue.walk.is_assisted(),
          .random = &shared_.world.random,
          .new_code = &shared_.new_code,

          .visited = statistics_.trail()};
}

}  // namespace shubbak::daemon
