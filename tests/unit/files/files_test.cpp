#include "lib/files/files.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <string>

#include "lib/errors/error.hpp"
#include "lib/files/descriptor.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "tests/unit/files/child.hpp"
#include "tests/unit/files/full_disk.hpp"

namespace lark_batch::files {

namespace {

namespace fs = std::filesystem;
using errors::Error;
using errors::Kind;
using test::TempDir;

Error fault_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return Error{Kind::bug, "no error at all"};
}

fs::path secret_file(const TempDir& dir, const std::string& content,
                     unsigned mode) {
    const auto path = dir.write("secret", content);
    fs::permissions(path, fs::perms{mode});
    return path;
}

uid_t owner_of(const fs::path& path) {
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return status.st_uid;
}

std::string revealed(const TempDir& dir, const std::string& content) {
    return read_secret(secret_file(dir, content, 0600)).reveal();
}

}  // namespace

TEST_CASE("files: a file is read whole, every byte of it") {
    const TempDir dir;
    std::string content(200'000, '\0');
    content[100'000] = '\n';
    CHECK(read(dir.write("f", content)) == content);
    CHECK(read(dir.write("empty", "")).empty());
}

TEST_CASE("files: the limit is the last size that is read") {
    const TempDir dir;
    const auto path = dir.write("f", std::string(1'000, 'x'));
    CHECK(read(path, 1'000).size() == 1'000);
    const Error error = fault_of([&] { read(path, 999); });
    CHECK(error.kind() == Kind::config);
    CHECK(std::string{error.what()} ==
          "'" + path.string() + "' is larger than 999 bytes");
}

TEST_CASE("files: an endless file ends at the limit") {
    CHECK(fault_of([] { read("/dev/zero", 1'000'000); }).kind() ==
          Kind::config);
}

TEST_CASE("files: a file that is not there is named, with the reason") {
    const TempDir dir;
    const auto path = dir / "nothing";
    const Error error = fault_of([&] { read(path); });
    CHECK(error.kind() == Kind::config);
    CHECK(std::string{error.what()} ==
          "cannot read '" + path.string() + "': No such file or directory");
    CHECK(std::string{fault_of([&] { read(dir.path()); }).what()}.ends_with(
        "Is a directory"));
}

TEST_CASE("files: ends of lines behind a secret are dropped, nothing else") {
    const TempDir dir;
    CHECK(revealed(dir, "s3cret") == "s3cret");
    CHECK(revealed(dir, "s3cret\n") == "s3cret");
    CHECK(revealed(dir, "s3cret\r\n") == "s3cret");
    CHECK(revealed(dir, " s3 crét \n\r\n\n") == " s3 crét ");
}

TEST_CASE("files: a secret with control characters is refused, not shown") {
    const TempDir dir;
    for (const std::string content :
         {"s3\ncret", "s3\rcret\n", "s3\tcret", "s3cret\x1b",
          "s3\x7f"
          "cret",
          "\x01s3cret"}) {
        const auto path = secret_file(dir, content, 0600);
        const Error error = fault_of([&] { read_secret(path); });
        CHECK(error.kind() == Kind::config);
        CHECK(std::string{error.what()} ==
              "secret file '" + path.string() +
                  "' holds control characters or several lines");
        CHECK(error.hint() == "it must hold the secret alone, on one line");
    }
}

TEST_CASE("files: a secret that others may read or write is refused") {
    const TempDir dir;
    for (const unsigned mode : {0644U, 0604U, 0602U, 0601U}) {
        CAPTURE(mode);
        const auto path = secret_file(dir, "s3cret", mode);
        const Error error = fault_of([&] { read_secret(path); });
        CHECK(error.kind() == Kind::config);
        CHECK(std::string{error.what()} ==
              "secret file '" + path.string() +
                  "' is open to every user of this machine");
        CHECK(error.hint() == "chmod o= '" + path.string() + "'");
    }
    for (const unsigned mode : {0600U, 0400U, 0640U}) {
        CAPTURE(mode);
        CHECK_NOTHROW(read_secret(secret_file(dir, "s3cret", mode)));
    }
}

TEST_CASE("files: a link does not hide that a secret is open to others") {
    const TempDir dir;
    fs::create_symlink(secret_file(dir, "s3cret", 0644), dir / "link");
    CHECK(fault_of([&] { read_secret(dir / "link"); }).kind() == Kind::config);
}

TEST_CASE("files: an empty secret is a mistake, and said to be one") {
    const TempDir dir;
    for (const auto* content : {"", "\n", "\r\n\n"}) {
        const auto path = secret_file(dir, content, 0600);
        const Error error = fault_of([&] { read_secret(path); });
        CHECK(error.kind() == Kind::config);
        CHECK(std::string{error.what()} ==
              "secret file '" + path.string() + "' is empty");
    }
}

TEST_CASE("files: a complaint about a secret file never quotes the secret") {
    const TempDir dir;
    const auto path = secret_file(dir, std::string(70'000, 's'), 0600);
    const Error error = fault_of([&] { read_secret(path); });
    CHECK(error.kind() == Kind::config);
    CHECK(std::string{error.what()}.find("sss") == std::string::npos);
}

TEST_CASE("files: replace makes the file, then takes the old one's place") {
    const TempDir dir;
    const auto path = dir / "state";
    replace(path, "one");
    CHECK(read(path) == "one");
    replace(path, "");
    CHECK(read(path).empty());
    CHECK_FALSE(fs::exists(dir / "state.new"));
    struct stat status {};
    stat(path.c_str(), &status);
    CHECK((status.st_mode & 0007U) == 0);
}

TEST_CASE("files: replace takes what a killed writer left in its way") {
    const TempDir dir;
    dir.write("state.new", std::string(9'000, 'x'));
    replace(dir / "state", "short");
    CHECK(read(dir / "state") == "short");
}

TEST_CASE("files: a reader sees the old content or the new, never a part") {
    const TempDir dir;
    const auto path = dir / "state";
    const std::string one(200'000, '1');
    const std::string two(300'000, '2');
    replace(path, one);
    const Child writer{[&] {
        for (;;) {
            replace(path, two);
            replace(path, one);
        }
    }};
    int ones = 0;
    int twos = 0;
    const auto read_once = [&] {
        const std::string content = read(path);
        ones += content == one ? 1 : 0;
        twos += content == two ? 1 : 0;
        CHECK((content == one || content == two));
        return ones > 20 && twos > 20;
    };
    CHECK(test::until(read_once));
}

TEST_CASE("files: a full disk leaves the old content and no part behind") {
    const TempDir dir;
    const auto path = dir / "state";
    replace(path, "old");
    const FullDisk disk{1'000};
    const Error error =
        fault_of([&] { replace(path, std::string(5'000, 'x')); });
    CHECK(error.kind() == Kind::unavailable);
    CHECK(error.hint() == "check free space and the owner of the folder");
    CHECK(std::string{error.what()}.ends_with("File too large"));
    CHECK(read(path) == "old");
    CHECK_FALSE(fs::exists(dir / "state.new"));
}

TEST_CASE("files: a folder that is none cannot be written to") {
    const TempDir dir;
    dir.write("file", "");
    const Error error = fault_of([&] { replace(dir / "file/state", "x"); });
    CHECK(error.kind() == Kind::unavailable);
    CHECK(std::string{error.what()}.ends_with("Not a directory"));
}

TEST_CASE("files: a folder is not replaced by a file") {
    const TempDir dir;
    fs::create_directories(dir / "state/full");
    CHECK(fault_of([&] { replace(dir / "state", "x"); }).kind() ==
          Kind::unavailable);
    CHECK(fs::is_directory(dir / "state"));
    CHECK_FALSE(fs::exists(dir / "state.new"));
}

// A person who runs a program as root must not lock its unit out.
TEST_CASE("files: what root makes belongs to the owner of its folder" *
          doctest::skip(geteuid() != 0)) {
    constexpr uid_t nobody = 65534;
    const TempDir dir;
    fs::create_directory(dir / "state");
    REQUIRE(chown((dir / "state").c_str(), nobody, nobody) == 0);
    dir.write("state/old", "mine");

    replace(dir / "state/new", "x");
    const Descriptor lock{open_or_make(dir / "state/lock", O_RDWR)};
    const Descriptor old{open_or_make(dir / "state/old", O_RDWR)};
    CHECK(owner_of(dir / "state/new") == nobody);
    CHECK(owner_of(dir / "state/lock") == nobody);
    CHECK(owner_of(dir / "state/old") == 0);
}

TEST_CASE("descriptor: it closes itself, and once only, after moves") {
    int number = -1;
    {
        Descriptor first{open("/dev/null", O_RDONLY | O_CLOEXEC)};
        number = first.get();
        REQUIRE(first);
        Descriptor second{std::move(first)};
        CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move)
        Descriptor third;
        third = std::move(second);
        CHECK(third.get() == number);
        CHECK(fcntl(number, F_GETFD) != -1);
    }
    CHECK(fcntl(number, F_GETFD) == -1);
}

TEST_CASE("descriptor: a write that cannot end says so") {
    const Descriptor full{open("/dev/full", O_WRONLY | O_CLOEXEC)};
    CHECK_FALSE(write_all(full.get(), "x"));
    CHECK(errno == ENOSPC);
    CHECK(write_all(full.get(), ""));
}

}  // namespace lark_batch::files
