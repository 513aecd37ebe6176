// HTTP as the test itself speaks it, to servers on this machine that answer at once. Thread: one at a time.
#pragma once

#include <string>

namespace shubbak::kill {

// A post, or a get where there is nothing to post. Ends the program with a message unless it is answered with 200.
std::string fetch(const std::string& url, const std::string& body);
// A press on a button of a page: the status of its answer. Likewise where there is none.
long press(const std::string& url);

}  // namespace shubbak::kill
