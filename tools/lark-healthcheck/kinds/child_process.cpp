#include "tools/lark-healthcheck/kinds/child_process.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "lib/files/descriptor.hpp"
#include "lib/process/child.hpp"
#include "lib/process/family.hpp"

namespace lark_batch::healthcheck {

namespace {

using clock::Deadline;
using clock::Duration;
using files::Descriptor;

constexpr std::size_t k_most_output = 64u << 10;
constexpr Duration k_grace{500};
// For ending what hangs, and for telling of it in time.
constexpr Duration k_reserve{700};
// For what dies at once; what the kernel holds is not waited for.
constexpr Duration k_burial{300};
// Where no handle tells of the end.
constexpr Duration k_look{10};

struct Stream {
    Descriptor pipe;
    std::string text;
};

// What is beyond the bound is read, too: the program must not hang on it.
void drain(Stream& stream) {
    std::array<char, 4096> part{};
    // Bounded, because a program may write faster than we read.
    for (int round = 0; round < 64 && stream.pipe.get() >= 0; ++round) {
        const ssize_t got = read(stream.pipe.get(), part.data(), part.size());
        if (got == 0) {
            stream.pipe = Descriptor{};
        }
        if (got <= 0) {
            return;
        }
        const std::size_t room = k_most_output - stream.text.size();
        stream.text.append(part.data(),
                           std::min(room, static_cast<std::size_t>(got)));
    }
}

// One child and what it says.
class Probe {
public:
    explicit Probe(const ChildOrder& order)
        : Probe(order, process::make_pipe(), process::make_pipe()) {}

    // Reads on until it has ended; false when that took too long.
    bool ended_by(const Deadline& deadline);
    void signal(int number) const { m_child.signal(number); }
    ChildEnd end();

private:
    Probe(const ChildOrder& order, process::Pipe out, process::Pipe err)
        : m_child({.argv = order.argv,
                   .environment = order.environment,
                   .folder = order.folder,
                   .out = out.write.get(),
                   .err = err.write.get()}),
          m_out{std::move(out.read), {}},
          m_err{std::move(err.read), {}} {}

    process::Child m_child;
    Stream m_out;
    Stream m_err;
};

bool Probe::ended_by(const Deadline& deadline) {
    for (;;) {
        std::array<pollfd, 3> watched{{{m_child.handle(), POLLIN, 0},
                                       {m_out.pipe.get(), POLLIN, 0},
                                       {m_err.pipe.get(), POLLIN, 0}}};
        const auto left =
            deadline.at_most(m_child.handle() < 0 ? k_look : Duration{60'000});
        poll(watched.data(), watched.size(), static_cast<int>(left.count()));
        drain(m_out);
        drain(m_err);
        if (m_child.ended()) {
            return true;
        }
        if (deadline.passed()) {
            return false;
        }
    }
}

ChildEnd Probe::end() {
    const process::End last = m_child.end();
    drain(m_out);
    drain(m_err);
    ChildEnd end;
    end.code = last.code;
    end.signal = last.signal;
    end.out = std::move(m_out.text);
    end.err = std::move(m_err.text);
    return end;
}

}  // namespace

ChildEnd run_child(const ChildOrder& order, const Deadline& deadline) {
    Probe child{order};
    const Duration left = deadline.remaining();
    const Duration reserve = std::min(k_reserve, left / 3);
    auto& clock = clock::system_clock();
    const Deadline own{clock, left == Duration::max() ? left : left - reserve};
    const bool in_time = child.ended_by(own);
    if (!in_time) {
        child.signal(SIGTERM);
        child.ended_by(Deadline{clock, std::min(k_grace, reserve * 2 / 3)});
    }
    ChildEnd end = child.end();
    end.in_time = in_time;
    return end;
}

void kill_children() {
    process::kill_family(k_burial);
}

}  // namespace lark_batch::healthcheck
