// Text as people type it on phones: digits of any script, spellings of Arabic, UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace shubbak {

// Reads one code point at `at` and moves past it; malformed UTF-8 yields U+FFFD and moves at least one octet.
char32_t next_code_point(std::string_view utf8, std::size_t& at);
void append_code_point(std::string& utf8, char32_t code_point);

// ٠-٩ (U+0660) and ۰-۹ (U+06F0) become 0-9; the rest stays.
std::string latin_digits(std::string_view utf8);
// 0-9 become ٠-٩; the rest stays.
std::string arabic_digits(std::string_view utf8);

// One spelling for what people write differently: أ إ آ ٱ → ا, ة → ه, ى → ي, tatweel, diacritics and bidi marks
// dropped, digits Latin, Latin letters lower case, runs of blanks and punctuation become one space, ends trimmed.
std::string fold(std::string_view utf8);
// The same, but the marks of a number stay where a digit follows them at once and no letter stands before them, so
// that "10.25" is not taken for 10: "bill, 1,500" is "bill 1,500", ".5" stays, "bill.5" is "bill 5". A dash of any
// length is "-": "pay –5" is "pay -5".
std::string fold_around_numbers(std::string_view utf8);
// What people write within amounts, dates and numbers of accounts: . , ' / - and the Arabic ٫ ٬ ،
bool is_number_mark(char32_t c);

}  // namespace shubbak
