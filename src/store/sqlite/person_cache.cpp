#include "store/sqlite/person_cache.hpp"

#include <algorithm>
#include <charconv>
#include <sys/mman.h>

namespace shubbak::store {
namespace {

// Numbers of one operator differ in their last digits only; this spreads them (the finaliser of SplitMix64).
std::uint64_t spread(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

void PersonCache::Unmap::operator()(Set* sets) const {
  ::munmap(sets, octets);
}

PersonCache::PersonCache(std::size_t persons_max) : sets_count_(persons_max / ways), sets_(nullptr, Unmap{0}) {
  if (sets_count_ == 0) return;
  const std::size_t octets = sets_count_ * sizeof(Set);
  void* memory = ::mmap(nullptr, octets, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    sets_count_ = 0;  // slower, but right: every look-up goes to the database
    return;
  }
  sets_ = std::unique_ptr<Set[], Unmap>(static_cast<Set*>(memory), Unmap{octets});
}

std::optional<Person> PersonCache::find(Msisdn msisdn) {
  if (sets_count_ == 0) return std::nullopt;
  Set& set = set_of(msisdn);
  const std::size_t place = place_of(set, msisdn.value());
  if (place == ways) return std::nullopt;
  set.asked = static_cast<std::uint8_t>(set.asked | 1U << place);
  return unpack(msisdn, set.persons[place]);
}

void PersonCache::put(Msisdn msisdn, const Person& person) {
  if (sets_count_ == 0) return;
  Packed packed{};
  if (!pack(person, packed)) {
    forget(msisdn);
    return;
  }
  Set& set = set_of(msisdn);
  std::size_t place = place_of(set, msisdn.value());
  if (place == ways) place = place_of(set, 0);
  if (place == ways) place = place_to_reuse(set);
  set.keys[place] = msisdn.value();
  set.persons[place] = packed;
  set.asked = static_cast<std::uint8_t>(set.asked & ~(1U << place));  // has yet to be asked for again to be kept
}

void PersonCache::forget(Msisdn msisdn) {
  if (sets_count_ == 0) return;
  Set& set = set_of(msisdn);
  const std::size_t place = place_of(set, msisdn.value());
  if (place == ways) return;
  set.keys[place] = 0;
  set.persons[place] = Packed{};
}

void PersonCache::forget_all() {
  // Gives the memory back; the next touch of a page finds zeros.
  if (sets_count_ != 0) ::madvise(sets_.get(), sets_count_ * sizeof(Set), MADV_DONTNEED);
}

PersonCache::Set& PersonCache::set_of(Msisdn msisdn) const {
  // The high half of hash * count is even over [0, count) without a division.
  __extension__ using Wide = unsigned __int128;
  return sets_[static_cast<std::size_t>(static_cast<Wide>(spread(msisdn.value())) * sets_count_ >> 64)];
}

std::size_t PersonCache::place_of(const Set& set, std::uint64_t key) {
  return static_cast<std::size_t>(std::find(set.keys.begin(), set.keys.end(), key) - set.keys.begin());
}

std::size_t PersonCache::place_to_reuse(Set& set) {
  // Second chance: who was asked for is passed over once. Ends after two rounds at most.
  while (true) {
    const std::size_t place = set.next;
    set.next = static_cast<std::uint8_t>((set.next + 1) % ways);
    if ((set.asked >> place & 1) == 0) return place;
    set.asked = static_cast<std::uint8_t>(set.asked & ~(1U << place));
  }
}

bool PersonCache::pack(const Person& person, Packed& packed) {
  if (person.locale.size() > packed.locale.size()) return false;
  packed.locale_length = static_cast<std::uint8_t>(person.locale.size());
  std::copy(person.locale.begin(), person.locale.end(), packed.locale.begin());
  packed.flags = static_cast<std::uint8_t>((person.has_ussd_walk ? 1U : 0U) | (person.has_sms_walk ? 2U : 0U));
  packed.state = no_link;
  if (!person.link) return true;
  const std::string& digits = person.link->national_id.reveal();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), packed.national_id_digits);
  if (error != std::errc{} || end != digits.data() + digits.size()) return false;
  packed.national_id_length = static_cast<std::uint8_t>(digits.size());
  packed.country = person.link->national_id.country();
  packed.state = static_cast<std::uint8_t>(person.link->state);
  packed.since_ms = person.link->since.time_since_epoch().count();
  packed.flags = static_cast<std::uint8_t>(packed.flags | static_cast<unsigned>(person.link->hold) << 2U);
  packed.imsi_mark = person.link->imsi_mark;
  return true;
}

std::optional<Person> PersonCache::unpack(Msisdn msisdn, const Packed& packed) {
  Person person{.link = std::nullopt,
                .locale = std::string(packed.locale.data(), packed.locale_length),
                .has_ussd_walk = (packed.flags & 1U) != 0,
                .has_sms_walk = (packed.flags & 2U) != 0};
  if (packed.state == no_link) return person;
  std::array<char, 20> digits{};
  std::uint64_t rest = packed.national_id_digits;
  for (std::size_t i = packed.national_id_length; i > 0; --i, rest /= 10)
    digits[i - 1] = static_cast<char>('0' + rest % 10);
  const auto national_id = NationalId::parse(packed.country, {digits.data(), packed.national_id_length});
  if (!national_id.ok()) return std::nullopt;
  person.link = Link{msisdn,
                     *national_id,
                     static_cast<LinkState>(packed.state),
                     WallTime(std::chrono::milliseconds(packed.since_ms)),
                     static_cast<MoneyHold>(packed.flags >> 2U & 3U),
                     packed.imsi_mark};
  return person;
}

}  // namespace shubbak::store
