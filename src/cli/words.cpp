#include "cli/words.hpp"

namespace shubbak::cli {

const PhoneWords& words_of(PhoneLanguage language) {
  static constexpr PhoneWords arabic{.answer = "إجابة",
                                     .cancel = "إلغاء",
                                     .close = "إغلاق",
                                     .ready = "اطلب رمز الخدمة",
                                     .no_service = "لا توجد خدمة",
                                     .running = "جارٍ تنفيذ الطلب…",
                                     .dropped = "انقطع الاتصال",
                                     .timed_out = "انتهى وقت الإجابة",
                                     .no_answer = "مشكلة في الاتصال أو رمز غير صالح",
                                     .hung_up = "تم إنهاء الطلب",
                                     .not_taken = "لم تقبل الخدمة الطلب"};
  static constexpr PhoneWords english{.answer = "Answer",
                                      .cancel = "Cancel",
                                      .close = "Close",
                                      .ready = "Dial the service code",
                                      .no_service = "No service",
                                      .running = "USSD code running…",
                                      .dropped = "Connection lost",
                                      .timed_out = "Time to answer is over",
                                      .no_answer = "Connection problem or invalid MMI code",
                                      .hung_up = "Request cancelled",
                                      .not_taken = "The service refused the request"};
  switch (language) {
    case PhoneLanguage::arabic:
      return arabic;
    case PhoneLanguage::english:
      return english;
  }
  return english;
}

}  // namespace shubbak::cli
