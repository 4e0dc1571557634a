#include "bench/facts.hpp"

#include <sys/utsname.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"

namespace lark_batch::bench {

namespace {

std::string first_line(const std::vector<std::string>& argv) {
    const std::string out = test::run(argv).out;
    return out.substr(0, out.find('\n'));
}

std::string up_to(const std::string& text, char end) {
    return text.substr(0, text.find(end));
}

std::string load() {
    double averages[1] = {0};
    return ::getloadavg(averages, 1) == 1 ? std::to_string(averages[0]) : "?";
}

}  // namespace

std::string machine_facts() {
    utsname system{};
    ::uname(&system);
    return "machine   " + std::to_string(std::thread::hardware_concurrency()) +
           " cores, " + system.sysname + " " + system.release + " " +
           system.machine + ", load " + load() + "\nserver    " +
           first_line(
               {test::PostgresServer::program("postgres"), "--version"}) +
           "; fsync and full_page_writes off, shared_buffers 64 MB, in " +
           std::filesystem::temp_directory_path().string() + "\n" +
           "client    " + up_to(first_line({"curl", "--version"}), '(') +
           "\nbuild     " + BUILD_TYPE + ", GCC " + __VERSION__ + "\n";
}

}  // namespace lark_batch::bench
