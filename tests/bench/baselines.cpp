#include "baselines.hpp"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "daemon_under_test.hpp"
#include "smpp/framer.hpp"
#include "smpp/pdu.hpp"

namespace shubbak::bench {

namespace {

using Clock = std::chrono::steady_clock;

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket < 0 || ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    die("echo: connect");
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

void write_all(int socket, smpp::Buffer& out) {
  for (std::size_t sent = 0; sent < out.size();) {
    const ssize_t written = ::write(socket, out.data() + sent, out.size() - sent);
    if (written <= 0) die("echo: write");
    sent += static_cast<std::size_t>(written);
  }
  out.clear();
}

void echo(smpp::Bytes pdu, smpp::Buffer& out, std::uint32_t& sequence) {
  const smpp::Header header = smpp::decode_header(pdu);
  if (header.id() != smpp::CommandId::deliver_sm) return;
  auto sm = smpp::decode_sm(pdu);
  if (!sm) die("echo: undecodable deliver_sm");
  std::swap(sm->source, sm->destination);
  const bool encoded =
      smpp::encode_sm_resp(out, smpp::CommandId::deliver_sm_resp, smpp::CommandStatus::ok, header.sequence_number, "")
          .ok() &&
      smpp::encode_sm(out, smpp::CommandId::submit_sm, ++sequence, *sm).ok();
  if (!encoded) die("echo: encode");
}

// One question of the company API, again and again.
struct Question {
  CURL* easy = nullptr;
  std::string body;
  std::string answer;
};

std::size_t keep(char* data, std::size_t size, std::size_t count, void* answer) {
  static_cast<std::string*>(answer)->append(data, size * count);
  return size * count;
}

// The multi interface over an epoll set.
class BareMulti {
 public:
  explicit BareMulti(std::uint32_t connections) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &BareMulti::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &BareMulti::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  }
  [[nodiscard]] CURLM* handle() const { return multi_; }

  // Waits for something, does it, and tells what was finished; the easy handle may be used again at once.
  template <class F>
  void turn(F&& on_done) {
    std::array<epoll_event, 256> events{};
    const int count =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), static_cast<int>(timeout_ms_));
    int running = 0;
    if (timeout_ms_ == 0 || count == 0) curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const int bits = ((event.events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                       ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
      curl_multi_socket_action(multi_, event.data.fd, bits, &running);
    }
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      curl_multi_remove_handle(multi_, easy);
      on_done(easy, code);
    }
  }

 private:
  static int on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* self, void* known) {
    BareMulti& multi = *static_cast<BareMulti*>(self);
    epoll_event event{};
    event.data.fd = socket;
    if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
    if (what == CURL_POLL_REMOVE) {
      ::epoll_ctl(multi.epoll_, EPOLL_CTL_DEL, socket, nullptr);
    } else {
      ::epoll_ctl(multi.epoll_, known == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
      curl_multi_assign(multi.multi_, socket, self);
    }
    return 0;
  }
  static int on_timer(CURLM* /*multi*/, long timeout_ms, void* self) {
    static_cast<BareMulti*>(self)->timeout_ms_ = timeout_ms;
    return 0;
  }

  CURLM* multi_ = curl_multi_init();
  int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  long timeout_ms_ = 0;
};

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

int echo_esme(std::uint16_t port) {
  const int socket = connect_to(port);
  smpp::Buffer in(std::size_t{1} << 20U);
  smpp::Buffer out;
  std::size_t used = 0;
  std::uint32_t sequence = 1;
  const smpp::Pdu bind{.header = {.command_length = 0,
                                  .command_id = static_cast<std::uint32_t>(smpp::CommandId::bind_transceiver),
                                  .command_status = 0,
                                  .sequence_number = sequence},
                       .body = smpp::Bind{}};
  if (!smpp::encode(out, bind)) die("echo: bind");
  for (;;) {
    write_all(socket, out);
    const ssize_t got = ::read(socket, in.data() + used, in.size() - used);
    if (got <= 0) return 0;
    used += static_cast<std::size_t>(got);
    smpp::Framer framer(smpp::Bytes(in).first(used), smpp::pdu_octets_max);
    while (const auto pdu = framer.next()) echo(*pdu, out, sequence);
    const smpp::Bytes rest = framer.rest();
    std::memmove(in.data(), rest.data(), rest.size());
    used = rest.size();
  }
}

int bare_curl(double seconds, std::uint32_t concurrent, std::uint32_t accounts,
              const std::vector<std::string>& urls) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  BareMulti multi(concurrent);
  curl_slist* headers = nullptr;
  for (const char* line : {"Content-Type: application/json", "Accept: application/json", "Expect:"})
    headers = curl_slist_append(headers, line);
  std::uint32_t next = 0;
  const auto ask = [&](Question& question) {
    question.body = R"({"account":")" + std::to_string(1'000'000 + next++ % accounts) + R"("})";
    question.answer.clear();
    curl_easy_setopt(question.easy, CURLOPT_POSTFIELDS, question.body.c_str());
    curl_multi_add_handle(multi.handle(), question.easy);
  };
  std::vector<Question> questions(concurrent);
  for (Question& question : questions) {
    question.easy = curl_easy_init();
    const auto index = static_cast<std::size_t>(&question - questions.data());
    curl_easy_setopt(question.easy, CURLOPT_URL, (urls[index % urls.size()] + "/v1/accounts/due").c_str());
    curl_easy_setopt(question.easy, CURLOPT_PRIVATE, static_cast<void*>(&question));
    curl_easy_setopt(question.easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(question.easy, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(question.easy, CURLOPT_WRITEDATA, static_cast<void*>(&question.answer));
    ask(question);
  }
  const auto began = Clock::now() + std::chrono::milliseconds(500);  // to warm up
  double cpu_before = -1;
  for (std::uint64_t done = 0;;) {
    multi.turn([&](CURL* easy, CURLcode code) {
      void* which = nullptr;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &which);
      Question& question = *static_cast<Question*>(which);
      if (code != CURLE_OK || question.answer.find("amount_minor") == std::string::npos)
        die("bare libcurl: " + question.answer);
      ask(question);
      ++done;
    });
    const double passed = std::chrono::duration<double>(Clock::now() - began).count();
    if (cpu_before < 0 && passed >= 0) {
      cpu_before = cpu_seconds();
      done = 0;
    }
    if (passed >= seconds) {
      std::printf("%llu %f %f\n", static_cast<unsigned long long>(done), passed, cpu_seconds() - cpu_before);
      return 0;
    }
  }
}

}  // namespace shubbak::bench
