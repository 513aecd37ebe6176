// Persons by number, kept in a fixed number of places: 8 places per hash value, the one that was not asked for of
// late gives way. A look-up touches one line of keys and one entry; nothing is ever moved or grown. Private to
// store/sqlite. Thread: that of the store's user only; a commit reaches it as forget() on that thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "domain/msisdn.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class PersonCache {
 public:
  // Rounds down to a multiple of 8; under 8 nothing is kept.
  explicit PersonCache(std::size_t persons_max);

  std::optional<Person> find(Msisdn msisdn);
  // A person that does not fit the packed form (a locale longer than 7 octets) is simply not kept.
  void put(Msisdn msisdn, const Person& person);
  void forget(Msisdn msisdn);
  void forget_link(Msisdn msisdn) {
    ++link_changes_;
    forget(msisdn);
  }
  [[nodiscard]] std::uint64_t link_changes() const { return link_changes_; }  // told by forget_link()
  void forget_all();

 private:
  static constexpr std::size_t ways = 8;
  static constexpr std::uint8_t no_link = 0xff;

  struct Packed {  // 32 octets; a Person takes 112
    std::int64_t since_ms;
    std::uint64_t national_id_digits;  // at most 14 digits
    std::uint8_t national_id_length;   // leading zeros count
    Country country;
    std::uint8_t state;  // a LinkState or no_link
    std::uint8_t locale_length;
    std::uint8_t flags;  // bit 0: a walk by USSD, bit 1: one by SMS; bits 2 and 3: a MoneyHold
    std::array<char, 7> locale;
    std::uint32_t imsi_mark;
  };
  static_assert(sizeof(Packed) == 32);
  struct alignas(64) Set {
    std::array<std::uint64_t, ways> keys;  // 0: free
    std::array<Packed, ways> persons;
    std::uint8_t asked;  // one bit per place: asked for since the last round
    std::uint8_t next;   // where the next round looks first
  };
  struct Unmap {
    std::size_t octets;
    void operator()(Set* sets) const;
  };

  [[nodiscard]] Set& set_of(Msisdn msisdn) const;
  static std::size_t place_of(const Set& set, std::uint64_t key);  // ways: not there
  static std::size_t place_to_reuse(Set& set);
  static bool pack(const Person& person, Packed& packed);
  static std::optional<Person> unpack(Msisdn msisdn, const Packed& packed);

  std::uint64_t link_changes_ = 0;
  std::size_t sets_count_;
  std::unique_ptr<Set[], Unmap> sets_;  // zeros from the kernel: places never used take no memory
};

}  // namespace shubbak::store
