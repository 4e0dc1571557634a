// A file descriptor that closes itself, opening one, and writing all bytes.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string_view>
#include <utility>

namespace lark_batch::files {

class Descriptor {
public:
    explicit Descriptor(int number = -1) : m_number(number) {}
    Descriptor(Descriptor&& other) noexcept
        : m_number(std::exchange(other.m_number, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(m_number, other.m_number);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (m_number >= 0) {
            close(m_number);
        }
    }

    int get() const { return m_number; }
    explicit operator bool() const { return m_number >= 0; }

private:
    int m_number;
};

// What open(2) returns for `flags`. A file that is not there is made (0640).
// Made by root it belongs to the folder's owner: else one run by hand as root
// would keep those of the units from opening it for ever.
int open_or_make(const std::filesystem::path& path, int flags);

// False when the disk is full or the device failed; errno says which.
bool write_all(int descriptor, std::string_view content);

}  // namespace lark_batch::files
