#include "tools/lark-admin/loopback.hpp"

#include <doctest/doctest.h>

#include <future>
#include <stdexcept>

#include "lib/errors/error.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/ports.hpp"

using namespace lark_batch;
using admin::Loopback;
using admin::Redirect;
using test::HttpAnswer;

namespace {

constexpr clock::Duration k_patience{10'000};

// A listener that waits in another thread, as a person's browser would see it.
struct Listening {
    Listening() {
        waiting = std::async(std::launch::async, [this] {
            return loopback.wait_for_redirect(clock::system_clock(), k_patience,
                                              [] {});
        });
    }

    HttpAnswer visit(const std::string& target) const {
        return test::http_get(
            "http://127.0.0.1:" + std::to_string(loopback.port()) + target);
    }

    Loopback loopback{0, "/callback", "the-state"};
    std::future<Redirect> waiting;
};

std::string header(const HttpAnswer& answer, const std::string& name) {
    for (const auto& [key, value] : answer.headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

bool mentions(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("loopback: the redirect is taken, decoded, and thanked for") {
    Listening listening;
    const HttpAnswer answer =
        listening.visit("/callback?code=a%2Bb&state=the-state");
    CHECK(answer.status == 200);
    CHECK(mentions(answer.body, "You may close this window"));
    CHECK_FALSE(mentions(answer.body, "a+b"));
    CHECK(header(answer, "cache-control") == "no-store");
    CHECK(header(answer, "referrer-policy") == "no-referrer");
    const Redirect redirect = listening.waiting.get();
    CHECK(redirect.code == "a+b");
    CHECK(redirect.state == "the-state");
    CHECK(redirect.error.empty());
}

TEST_CASE("loopback: a refusal is a redirect as well") {
    Listening listening;
    const HttpAnswer answer =
        listening.visit("/callback?error=access_denied&state=the-state");
    CHECK(answer.status == 200);
    CHECK(mentions(answer.body, "You did not agree"));
    const Redirect redirect = listening.waiting.get();
    CHECK(redirect.error == "access_denied");
    CHECK(redirect.code.empty());
}

TEST_CASE("loopback: other paths and other states do not end the wait") {
    Listening listening;
    CHECK(listening.visit("/favicon.ico").status == 404);
    CHECK(listening.visit("/callback/x?code=1&state=the-state").status == 404);
    CHECK(test::http_request("POST", listening.loopback.redirect_uri() +
                                         "?code=1&state=the-state")
              .status == 404);
    CHECK(listening.visit("/callback?code=1&state=other").status == 400);
    CHECK(listening.visit("/callback?code=1").status == 400);
    CHECK(listening.visit("/callback?state=the-state").status == 400);
    CHECK(
        listening
            .visit("/callback?state=the-state&code=" + std::string(5'000, 'x'))
            .status == 400);
    CHECK(listening.visit("/callback?code=2&state=the-state").status == 200);
    CHECK(listening.waiting.get().code == "2");
}

TEST_CASE("loopback: a port in use is told at once, with what to do") {
    const test::FileDescriptor taken = test::listen_on(0);
    const int port = test::port_of(taken.get());
    try {
        const Loopback loopback{port, "/callback", "the-state"};
        FAIL("it listens");
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        CHECK(error.what() == "port '" + std::to_string(port) + "' is in use");
        CHECK(mentions(error.hint(), "choose another port"));
    }
}

TEST_CASE("loopback: the address to redirect to is the one it listens on") {
    const Loopback loopback{0, "/callback", "the-state"};
    CHECK(loopback.port() > 0);
    CHECK(loopback.redirect_uri() ==
          "http://127.0.0.1:" + std::to_string(loopback.port()) + "/callback");
}

TEST_CASE("loopback: nobody who comes is an error, tick may end it before") {
    Loopback loopback{0, "/callback", "the-state"};
    try {
        loopback.wait_for_redirect(clock::system_clock(), clock::Duration{20},
                                   [] {});
        FAIL("somebody came");
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::failed);
        CHECK(std::string{error.what()} == "nobody consented within '20ms'");
    }
    CHECK_THROWS_WITH(
        loopback.wait_for_redirect(clock::system_clock(), k_patience,
                                   [] { throw std::runtime_error{"stop"}; }),
        "stop");
}
