// Plays a fuzz target without libFuzzer: every file of a corpus folder, then seeded mutations of them.
//   NAME_replay CORPUS_FOLDER MUTATIONS [SEED]
// The mutations are the same on every machine for one seed. Without one it is SHUBBAK_FUZZ_SEED of the environment,
// else the day, so that each day tries others. The seed is printed, and when the target stops the process, the input.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// There with a sanitizer only.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace {

using Input = std::vector<std::uint8_t>;
constexpr std::size_t input_octets_max = 64 * 1024;

const Input* playing = nullptr;

void print_input() {
  if (playing == nullptr) return;
  std::fprintf(stderr, "input of %zu octets: ", playing->size());
  for (const std::uint8_t octet : *playing) std::fprintf(stderr, "%02x", octet);
  std::fprintf(stderr, "\n");
  std::fflush(stderr);
}

void on_abort(int) {
  print_input();
  std::_Exit(1);
}

void play(const Input& input) {
  // An own allocation of exactly this size: AddressSanitizer sees a read of one octet too many.
  const Input exact(input.begin(), input.end());
  playing = &exact;
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
  playing = nullptr;
}

class Mutator {
 public:
  Mutator(const std::vector<Input>& corpus, std::uint32_t seed) : corpus_(corpus), random_(seed) {}

  Input next() {
    Input input = corpus_[below(corpus_.size())];
    for (std::size_t count = 1 + below(4); count > 0; --count) change(input);
    if (input.size() > input_octets_max) input.resize(input_octets_max);
    return input;
  }

 private:
  // Not std::uniform_int_distribution, whose numbers differ between libraries.
  std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }

  void change(Input& input) {
    constexpr std::array<std::uint8_t, 8> edges{0x00, 0x01, 0x0F, 0x10, 0x7F, 0x80, 0xFE, 0xFF};
    const std::size_t at = below(input.size());
    const auto position = input.begin() + static_cast<std::ptrdiff_t>(at);
    switch (input.empty() ? 4 : below(7)) {
      case 0:
        *position = static_cast<std::uint8_t>(*position ^ (1U << below(8)));
        break;
      case 1:
        *position = edges[below(edges.size())];
        break;
      case 2:
        *position = static_cast<std::uint8_t>(random_());
        break;
      case 3:
        input.resize(at);
        break;
      case 4:
        input.insert(position, 1 + below(4), static_cast<std::uint8_t>(random_()));
        break;
      case 5:
        input.erase(position,
                    position + static_cast<std::ptrdiff_t>(1 + below(std::min<std::size_t>(input.size() - at, 8))));
        break;
      default: {
        const Input& other = corpus_[below(corpus_.size())];
        const std::size_t from = below(other.size());
        input.resize(at);
        input.insert(input.end(), other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
      }
    }
  }

  const std::vector<Input>& corpus_;
  std::mt19937 random_;
};

std::vector<Input> read_corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<Input> corpus;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return corpus;
}

std::uint32_t number_of(std::string_view text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// 20261125 on that day, in UTC.
std::uint32_t today() {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
  return static_cast<std::uint32_t>(static_cast<int>(day.year())) * 10'000U +
         static_cast<unsigned>(day.month()) * 100U + static_cast<unsigned>(day.day());
}

std::uint32_t choose_seed(const char* argument) {
  if (argument != nullptr) return number_of(argument);
  const char* set = std::getenv("SHUBBAK_FUZZ_SEED");
  return set != nullptr ? number_of(set) : today();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER MUTATIONS [SEED]\n", argv[0]);
    return 2;
  }
  std::signal(SIGABRT, on_abort);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(print_input);
  const std::vector<Input> corpus = read_corpus(argv[1]);
  if (corpus.empty()) {
    std::fprintf(stderr, "%s holds no inputs\n", argv[1]);
    return 1;
  }
  const std::uint32_t seed = choose_seed(argc > 3 ? argv[3] : nullptr);
  std::printf("seed %u\n", seed);
  std::fflush(stdout);
  for (const Input& input : corpus) play(input);
  const std::uint32_t mutations = number_of(argv[2]);
  Mutator mutator(corpus, seed);
  for (std::uint32_t i = 0; i < mutations; ++i) play(mutator.next());
  std::printf("%zu inputs and %u mutations of them played\n", corpus.size(), mutations);
  return 0;
}
