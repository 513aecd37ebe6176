#include "services/news.hpp"

namespace shubbak::services {
namespace {

constexpr std::chrono::hours news_live{24};

}  // namespace

std::optional<std::uint8_t> news_locale(store::Store& store, const flows::Revision& words, Msisdn number,
                                        WallTime since) {
  const auto person = store.find_person(number);
  if (!person || active_since(*person) == WallTime{} || active_since(*person) > since) return std::nullopt;
  return words.locale_index(person->locale).value_or(flows::Revision::default_locale);
}

store::OutboxMessage news_message(const Counter& counter, std::string link, Msisdn to, std::string text,
                                  WallTime now) {
  std::string shown = counter.shown_by(link, std::move(text));
  return {.id = 0,
          .link = std::move(link),
          .to = to,
          .text = std::move(shown),
          .created = now,
          .expires = now + news_live,
          .by_mail = true};
}

void take_up_news(const Counter& counter, const std::optional<store::OutboxMessage>& news,
                  const store::Committed& committed) {
  if (news && !committed.outbox_ids.empty() && counter.on_queued)
    counter.on_queued(news->link, committed.outbox_ids.back(), news->to, news->text);
}

}  // namespace shubbak::services
