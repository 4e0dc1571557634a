// A file descriptor that closes itself, and writing all bytes to it.
#pragma once

#include <unistd.h>

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

// False when the disk is full or the device failed; errno says which.
bool write_all(int descriptor, std::string_view content);

}  // namespace lark_batch::files
