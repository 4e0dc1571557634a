#include "lib/notify/hook.hpp"

#include "tests/unit/notify/samples.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;
using namespace lark_batch::notify::test;
using Step = HookVerdict::Step;

namespace {

http::Response answer(const std::string& body, int status = 200) {
    http::Response response;
    response.status = status;
    response.body = body;
    return response;
}

}  // namespace

// lark-api.md 7.3: computed with Python, the first also with openssl.
TEST_CASE("hook: the signature is that of the documented examples") {
    const auto sign = [](const char* timestamp, const char* key) {
        return hook_signature(timestamp, text::Secret{key});
    };
    CHECK(sign("100", "demo") ==
          "jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg=");
    CHECK(sign("1599360473", "demo") ==
          "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
    CHECK(sign("1599360473", "kVf3Xp0ExampleSecret") ==
          "D0U6y4fHDy6+2ob4VzEmWFY0gLYPFQes8Rfx7OcACJc=");
    CHECK(sign("1700000000", "SEC-测试") ==
          "JnjuyzVx8HKshix7WmttCZUu59PcAdm7y5rNU/ey1lk=");
}

TEST_CASE("hook: the card is an object, signed where there is a key") {
    const Digest digest = digest_of({entry_of("a")});
    const auto plain = hook_body(digest, "100", {});
    CHECK(plain.starts_with(
        R"({"msg_type":"interactive","card":{"schema":"2.0")"));
    const auto sealed = hook_body(digest, "100", text::Secret{"demo"});
    CHECK(sealed.starts_with(
        R"({"timestamp":"100",)"
        R"("sign":"jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg=")"));
    CHECK_FALSE(has(sealed, "demo"));
}

TEST_CASE("hook: the code decides, whatever the status") {
    CHECK(judge_hook(answer(R"({"code":0,"msg":"success"})")).step ==
          Step::accepted);
    CHECK(judge_hook(answer(R"({"StatusCode":0,"StatusMessage":"success"})"))
              .step == Step::accepted);
    const auto both = judge_hook(
        answer(R"({"StatusCode":0,"code":19021,"msg":"sign match fail"})"));
    CHECK(both.step == Step::give_up);
    CHECK(std::string{both.error->what()} ==
          "the hook refused the message with code 19021 'sign match fail'");
    CHECK(both.error->kind() == errors::Kind::config);
    CHECK(judge_hook(answer(R"({"StatusCode":9})")).step == Step::give_up);
}

TEST_CASE("hook: too fast is no refusal") {
    const auto verdict = judge_hook(answer(R"({"code":11232,"msg":"slow"})"));
    CHECK(verdict.step == Step::retry);
    CHECK(verdict.error->kind() == errors::Kind::unavailable);
}

TEST_CASE("hook: an answer that is not Lark's is none") {
    for (const auto& body : {"", "<html>", "[]", R"({"ok":true})"}) {
        const auto verdict = judge_hook(answer(body));
        CHECK(verdict.step == Step::give_up);
        CHECK(verdict.error->kind() == errors::Kind::unavailable);
    }
}

TEST_CASE("hook: only what never left is sent again at once") {
    http::Response response;
    response.fault = http::Fault::unconnected;
    CHECK(judge_hook(response).step == Step::retry);
    response.fault = http::Fault::timeout;
    CHECK(judge_hook(response).step == Step::give_up);
    CHECK(judge_hook(answer("slow down", 429)).step == Step::retry);
    CHECK(judge_hook(answer("<html>", 503)).step == Step::retry);
    CHECK(judge_hook(answer("<html>", 502)).step == Step::give_up);
}
