// The native codec and libsmpp34 on the same PDUs in the same run: nanoseconds a PDU.
#include <string>

#include <benchmark/benchmark.h>

#include "smpp/libsmpp34.hpp"
#include "smpp/pdu.hpp"
#include "smpp/text.hpp"
#include "ussd/screen.hpp"

namespace {

using namespace shubbak;

const std::string arabic_menu = "أهلا بك\n1 الذمة\n2 التسديدات\n3 تأشيرة العداد\n4 اشتراك آخر\n5 English";

struct Sample {
  smpp::Buffer text;
  smpp::TlvBuilder tlvs;
  smpp::Sm sm;
  Sample() {
    smpp::encode_ucs2(text, arabic_menu);
    tlvs.add_u8(smpp::TlvTag::ussd_service_op, 2).add_u16(smpp::TlvTag::its_session_info, 0x1200);
    sm.service_type = "USSD";
    sm.source = {.ton = 0, .npi = 1, .digits = "123"};
    sm.destination = {.ton = 1, .npi = 1, .digits = "963933123456"};
    sm.data_coding = 72;
    sm.short_message = text;
    sm.tlvs = tlvs.list();
  }
};

void submit_sm_encode_native(benchmark::State& state) {
  const Sample sample;
  smpp::Buffer out;
  out.reserve(1024);
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(smpp::encode_sm(out, smpp::CommandId::submit_sm, 7, sample.sm));
  }
}
BENCHMARK(submit_sm_encode_native);

void submit_sm_encode_libsmpp34(benchmark::State& state) {
  const Sample sample;
  smpp::Pdu pdu{.header = {.command_length = 0,
                           .command_id = static_cast<std::uint32_t>(smpp::CommandId::submit_sm),
                           .command_status = 0,
                           .sequence_number = 7},
                .body = sample.sm};
  smpp::Buffer out;
  out.reserve(1024);
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(smpp::libsmpp34::pack_any(out, pdu));
  }
}
BENCHMARK(submit_sm_encode_libsmpp34);

smpp::Buffer encoded_deliver_sm() {
  const Sample sample;
  smpp::Buffer out;
  if (!smpp::encode_sm(out, smpp::CommandId::deliver_sm, 7, sample.sm)) std::abort();
  return out;
}

void deliver_sm_decode_native(benchmark::State& state) {
  const smpp::Buffer pdu = encoded_deliver_sm();
  for (auto _ : state) benchmark::DoNotOptimize(smpp::decode_sm(pdu));
}
BENCHMARK(deliver_sm_decode_native);

void deliver_sm_decode_libsmpp34(benchmark::State& state) {
  const smpp::Buffer pdu = encoded_deliver_sm();
  for (auto _ : state) benchmark::DoNotOptimize(smpp::libsmpp34::unpack_any(pdu));
}
BENCHMARK(deliver_sm_decode_libsmpp34);

void arabic_menu_measure_and_encode(benchmark::State& state) {
  smpp::Buffer out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(smpp::measure(arabic_menu));
    smpp::encode_ucs2(out, arabic_menu);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(arabic_menu_measure_and_encode);

void arabic_menu_lay_out(benchmark::State& state) {
  const ussd::Content content{.body = arabic_menu, .items = {}, .navigation = {}};
  for (auto _ : state) benchmark::DoNotOptimize(ussd::lay_out(content, 0, {}));
}
BENCHMARK(arabic_menu_lay_out);

}  // namespace
