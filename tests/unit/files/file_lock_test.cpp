#include "lib/files/file_lock.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "lib/errors/error.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "tests/unit/files/child.hpp"
#include "tests/unit/files/full_disk.hpp"

namespace lark_batch::files {

namespace {

using test::TempDir;
using test::until;

bool is_free(const std::filesystem::path& path) {
    return FileLock::try_lock(path, "me").has_value();
}

// Holds the lock until it is killed.
class Holder {
public:
    explicit Holder(const std::filesystem::path& path)
        : m_child([path] {
              const auto lock = FileLock::try_lock(path, "the other process");
              while (lock) {
                  pause();
              }
          }) {
        test::wait_for("the lock", [&] {
            return FileLock::holder(path) == "the other process";
        });
    }
    void kill9() { m_child.kill9(); }

private:
    Child m_child;
};

}  // namespace

TEST_CASE("file lock: a second holder is refused and learns who has it") {
    const TempDir dir;
    const auto path = dir / "task.lock";
    const Holder holder{path};
    CHECK_FALSE(FileLock::try_lock(path, "me"));
    CHECK(FileLock::holder(path) == "the other process");
}

TEST_CASE("file lock: kill -9 of the holder frees it") {
    const TempDir dir;
    const auto path = dir / "task.lock";
    Holder holder{path};
    REQUIRE_FALSE(is_free(path));
    holder.kill9();
    const auto lock = FileLock::try_lock(path, "me");
    CHECK(lock);
    CHECK(FileLock::holder(path) == "me");
}

TEST_CASE("file lock: it is flock(2), as other programs see it") {
    const TempDir dir;
    const auto path = dir / "task.lock";
    const auto others = [&] {
        return test::run({"flock", "-n", path, "true"}).exit_code;
    };
    auto lock = FileLock::try_lock(path, "me");
    CHECK(others() == 1);
    lock.reset();
    CHECK(others() == 0);
}

TEST_CASE("file lock: a child program does not inherit it") {
    const TempDir dir;
    const auto path = dir / "task.lock";
    auto lock = FileLock::try_lock(path, "me");
    REQUIRE(lock);
    const test::Process child{{.argv = {"sleep", "60"}}};
    lock.reset();
    CHECK(is_free(path));
}

TEST_CASE("file lock: the end of the object frees it, moves do not") {
    const TempDir dir;
    const auto path = dir / "task.lock";
    {
        auto first = FileLock::try_lock(path, "me");
        REQUIRE(first);
        FileLock second{std::move(*first)};
        first.reset();
        CHECK_FALSE(is_free(path));
        auto other = FileLock::try_lock(dir / "other.lock", "me");
        REQUIRE(other);
        *other = std::move(second);
        CHECK_FALSE(is_free(path));
    }
    CHECK(is_free(path));
    CHECK(is_free(dir / "other.lock"));
}

TEST_CASE("file lock: a shorter holder leaves nothing of a longer one") {
    const TempDir dir;
    const auto path = dir.write("task.lock", "a very long holder's name\nx\n");
    const auto lock = FileLock::try_lock(path, "me");
    CHECK(FileLock::holder(path) == "me");
}

TEST_CASE("file lock: the folder is made, and nobody is known before") {
    const TempDir dir;
    const auto path = dir / "a/b/task.lock";
    CHECK(FileLock::holder(path).empty());
    CHECK(is_free(path));
}

TEST_CASE("file lock: a full disk costs the holder's name, not the lock") {
    const TempDir dir;
    const auto path = dir / "task.lock";
    const FullDisk disk{0};
    const auto lock = FileLock::try_lock(path, "me");
    CHECK(lock);
    CHECK_FALSE(FileLock::try_lock(path, "you"));
}

TEST_CASE("file lock: a folder that cannot be made is a configuration fault") {
    const TempDir dir;
    dir.write("file", "");
    try {
        FileLock::try_lock(dir / "file/task.lock", "me");
        FAIL("locked a file that cannot exist");
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        CHECK(std::string{error.what()}.starts_with("cannot open lock file '"));
        CHECK(error.hint().starts_with("set state_directory"));
    }
}

}  // namespace lark_batch::files
