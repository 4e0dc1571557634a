#include "tools/lark-run/outputs.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "lib/log/log.hpp"

namespace lark_batch::lark_run {

namespace {

constexpr std::size_t k_most_held = 4u << 20;

bool are_same_file(int one, int other) {
    struct stat first {};
    struct stat second {};
    return fstat(one, &first) == 0 && fstat(other, &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

}  // namespace

Outputs::Outputs(Passing passing, std::size_t keep, int standard_output)
    : m_passing(passing),
      m_keep(keep),
      m_standard_output(standard_output),
      m_tail(keep),
      m_held(k_most_held) {}

bool Outputs::keeps_nothing() const {
    return m_passing == Passing::always && m_keep == 0;
}

Relay Outputs::relay(files::Descriptor source, int target) {
    const bool holds = m_passing == Passing::on_failure;
    return Relay{std::move(source), m_passing == Passing::always ? target : -1,
                 [this, holds, target](std::string_view bytes) {
                     m_tail.add(bytes);
                     if (holds) {
                         m_held.add(target, bytes);
                     }
                 }};
}

Outputs::Connection Outputs::connect(process::Order& order) {
    Connection connection;
    order.out = m_standard_output;
    order.err = STDERR_FILENO;
    if (keeps_nothing()) {
        return connection;
    }
    const bool one = are_same_file(m_standard_output, STDERR_FILENO);
    const auto give = [&](int target) {
        process::Pipe pipe = process::make_pipe();
        connection.relays.push_back(relay(std::move(pipe.read), target));
        connection.writing_ends.push_back(std::move(pipe.write));
        return connection.writing_ends.back().get();
    };
    order.out = give(m_standard_output);
    order.err = one ? order.out : give(STDERR_FILENO);
    return connection;
}

void Outputs::begin_attempt() {
    m_tail = Tail{m_keep};
}

void Outputs::show_held() const {
    if (m_held.dropped() > 0) {
        log::warning("the first part of the output is not shown",
                     {{"bytes", std::to_string(m_held.dropped())}});
    }
    m_held.show();
}

}  // namespace lark_batch::lark_run
