#include "lib/files/spool.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "lib/errors/error.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/files/child.hpp"
#include "tests/unit/files/full_disk.hpp"

namespace lark_batch::files {

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;
using test::read_file;
using test::TempDir;

std::string fault_of(const Spool& spool, const std::string& record) {
    try {
        spool.append(record);
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::unavailable);
        CHECK(error.hint() == "check free space and the owner of the folder");
        return error.what();
    }
    return "no error at all";
}

}  // namespace

TEST_CASE("spool: records come out as they went in, in their order") {
    const TempDir dir;
    const Spool spool{dir / "new/folder/s"};
    CHECK(spool.size() == 0);
    CHECK(spool.claim().empty());
    spool.append("{\"a\":\"人\"}\tb");
    spool.append(" second ");
    CHECK(spool.size() == 2);
    CHECK(spool.claim() == Lines{"{\"a\":\"人\"}\tb", " second "});
}

TEST_CASE("spool: what was claimed comes again until it is discarded") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    spool.append("one");
    CHECK(spool.claim() == Lines{"one"});
    CHECK(spool.claim() == Lines{"one"});
    spool.append("two");
    CHECK(spool.size() == 2);
    CHECK(spool.claim() == Lines{"one", "two"});
    CHECK(Spool{dir / "s"}.claim() == Lines{"one", "two"});
    spool.discard_claimed();
    CHECK(spool.size() == 0);
    CHECK(spool.claim().empty());
}

TEST_CASE("spool: what arrives after the claim outlives the discard") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    spool.append("one");
    REQUIRE(spool.claim().size() == 1);
    spool.append("two");
    spool.discard_claimed();
    CHECK(spool.claim() == Lines{"two"});
}

TEST_CASE("spool: a discard without a claim forgets nothing") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    spool.append("one");
    spool.discard_claimed();
    CHECK(spool.claim() == Lines{"one"});
}

TEST_CASE("spool: half a line that a crash left is no record, ever") {
    const TempDir dir;
    const Spool spool{dir.write("s", "whole\nhal")};
    CHECK(spool.size() == 1);
    SUBCASE("when it is read") {
        CHECK(spool.claim() == Lines{"whole"});
    }
    SUBCASE("when the next record follows it") {
        spool.append("next");
        CHECK(spool.claim() == Lines{"whole", "next"});
    }
    SUBCASE("when it is all there is") {
        const Spool only{dir.write("t", "hal")};
        CHECK(only.claim().empty());
        only.append("next");
        CHECK(only.claim() == Lines{"next"});
    }
}

TEST_CASE("spool: a crash between setting aside and emptying loses nothing") {
    const TempDir dir;
    dir.write("s", "one\ntwo\n");
    dir.write("s.claimed", "one\ntwo\n");
    const auto lines = Spool{dir / "s"}.claim();
    CHECK(std::ranges::count(lines, "one") >= 1);
    CHECK(std::ranges::count(lines, "two") >= 1);
}

TEST_CASE("spool: a drain gives pieces, the newest first, and forgets them") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    for (const char* line : {"one", "two", "three", "four", "five"}) {
        spool.append(line);
    }
    std::vector<Lines> pieces;
    spool.drain(11, [&](const Lines& lines) {
        pieces.push_back(lines);
        return pieces.size() < 3;
    });
    CHECK(pieces ==
          std::vector<Lines>{{"four", "five"}, {"two", "three"}, {"one"}});
    CHECK(spool.size() == 1);
    spool.append("six");
    pieces.clear();
    spool.drain(1'000, [&](const Lines& lines) {
        pieces.push_back(lines);
        return true;
    });
    CHECK(pieces == std::vector<Lines>{{"one", "six"}});
    CHECK(spool.size() == 0);
    CHECK_FALSE(fs::exists(dir / "s.claimed"));
    spool.drain(1, [](const Lines&) -> bool { throw "never called"; });
}

TEST_CASE("spool: a record longer than a piece comes all the same") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    const std::string long_one(5'000, 'x');
    spool.append("short");
    spool.append(long_one);
    spool.append("last");
    Lines all;
    spool.drain(8, [&](const Lines& lines) {
        all.insert(all.end(), lines.begin(), lines.end());
        return true;
    });
    CHECK(all == Lines{"last", "short", long_one});
}

TEST_CASE("spool: a drain that throws loses nothing, nor does half a line") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    spool.append("one");
    const auto refuse = [](const Lines&) -> bool {
        throw errors::Error{errors::Kind::failed, "no"};
    };
    CHECK_THROWS_AS(spool.drain(10, refuse), errors::Error);
    std::ofstream{dir / "s.claimed", std::ios::app} << "hal";
    spool.append("two");
    Lines all;
    spool.drain(100, [&](const Lines& lines) {
        all = lines;
        return true;
    });
    CHECK(all == Lines{"one", "two"});
    CHECK(spool.claim().empty());
}

TEST_CASE("spool: two drain at once, and no record is lost") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    const std::string taken = dir / "taken";
    const auto take_all = [&](const Lines& lines) {
        std::ofstream file{taken, std::ios::app};
        file << lines.size() << std::endl;
        // The other one comes meanwhile, and waits for the lock.
        usleep(2'000);
        return true;
    };
    const auto work = [&] {
        for (int i = 0; i < 100; ++i) {
            spool.append("record");
            spool.drain(1'000, take_all);
        }
    };
    Child one{work};
    Child other{work};
    CHECK(one.wait() == 0);
    CHECK(other.wait() == 0);
    std::ifstream counts{taken};
    std::size_t all = spool.size();
    for (std::size_t count = 0; counts >> count;) {
        all += count;
    }
    CHECK(all == 200);
}

TEST_CASE("spool: two processes write at once, no record is lost or torn") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    const auto writer = [&spool](char name) {
        return [&spool, name] {
            for (int i = 0; i < 60; ++i) {
                spool.append(std::string(3'000, name));
            }
        };
    };
    Child first{writer('a')};
    Child second{writer('b')};
    Lines all;
    while (all.size() < 60) {  // a taker at the same time
        const Lines lines = spool.claim();
        all.insert(all.end(), lines.begin(), lines.end());
        spool.discard_claimed();
    }
    CHECK(first.wait() == 0);
    CHECK(second.wait() == 0);
    const Lines rest = spool.claim();
    all.insert(all.end(), rest.begin(), rest.end());
    CHECK(std::ranges::count(all, std::string(3'000, 'a')) == 60);
    CHECK(std::ranges::count(all, std::string(3'000, 'b')) == 60);
    CHECK(all.size() == 120);
}

TEST_CASE("spool: a writer killed at any moment leaves whole records") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    const std::string record(100'000, 'r');
    for (int i = 0; i < 5; ++i) {
        Child writer{[&] {
            for (;;) {
                spool.append(record);
            }
        }};
        const auto before = spool.size();
        while (spool.size() == before) {
        }
        writer.kill9();
    }
    spool.append("last");
    auto lines = spool.claim();
    REQUIRE_FALSE(lines.empty());
    CHECK(lines.back() == "last");
    lines.pop_back();
    CHECK(lines.size() >= 5);
    CHECK(std::ranges::count(lines, record) ==
          static_cast<std::ptrdiff_t>(lines.size()));
}

TEST_CASE("spool: a full device is said, with the reason") {
    const TempDir dir;
    fs::create_symlink("/dev/full", dir / "s");
    const Spool spool{dir / "s"};
    CHECK(fault_of(spool, "one") == "cannot write spool '" +
                                        (dir / "s").string() +
                                        "': No space left on device");
}

TEST_CASE("spool: on a full disk the file holds what it held before") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    spool.append("one");
    const auto before = read_file(dir / "s");
    {
        const FullDisk disk{100};
        CHECK(
            fault_of(spool, std::string(500, 'x')).ends_with("File too large"));
        CHECK(read_file(dir / "s") == before);
    }
    spool.append("two");
    CHECK(spool.claim() == Lines{"one", "two"});
}

TEST_CASE("spool: a claim that finds the disk full leaves all in the spool") {
    const TempDir dir;
    const Spool spool{dir / "s"};
    spool.append(std::string(300, 'a'));
    spool.append(std::string(300, 'b'));
    {
        const FullDisk disk{500};
        CHECK_THROWS_AS(spool.claim(), errors::Error);
    }
    CHECK(spool.size() == 2);
    CHECK(spool.claim() == Lines{std::string(300, 'a'), std::string(300, 'b')});
}

TEST_CASE("spool: after a long outage it can still be read") {
    const TempDir dir;
    const std::string line(1'000'000, 'x');
    std::string content;
    for (int i = 0; i < 20; ++i) {
        content += line + "\n";
    }
    const Spool spool{dir.write("s", content)};
    CHECK(spool.claim().size() == 20);
    CHECK(spool.claim().size() == 20);
}

TEST_CASE("spool: a folder that cannot be made is said") {
    const TempDir dir;
    dir.write("file", "");
    CHECK(fault_of(Spool{dir / "file/s"}, "one").ends_with("Not a directory"));
}

}  // namespace lark_batch::files
