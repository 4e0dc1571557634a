// A program that we start: leader of a process group of its own, with the
// descriptors that it is given and no other of ours.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "lib/errors/error.hpp"
#include "lib/files/descriptor.hpp"

namespace lark_batch::process {

struct Order {
    std::vector<std::string> argv;         // the first is looked up in PATH
    std::vector<std::string> environment;  // all of it, NAME=value
    std::string folder{};                  // empty: the one we are in
    // Descriptors of ours that become its 0, 1 and 2; -1: /dev/null.
    int in = -1;
    int out = -1;
    int err = -1;
    int third = -1;  // becomes its 3, unless -1
    // In a session of its own it has no terminal to ask somebody through.
    bool own_session = false;
    // Else what whoever started us has ignored, it ignores, too (nohup).
    bool default_signals = true;
};

// What the kernel says of its end.
struct End {
    int code = -1;   // -1 when a signal ended it
    int signal = 0;  // 0 when it ended by itself
};

// The program is not there or cannot be executed; of the kind config.
class CannotStart : public errors::Error {
public:
    CannotStart(const std::string& message, int number)
        : Error(errors::Kind::config, message), m_number(number) {}
    int number() const { return m_number; }  // as errno has it

private:
    int m_number;
};

// A pipe whose reading end does not block; no program inherits it by itself.
struct Pipe {
    files::Descriptor read;
    files::Descriptor write;
};
Pipe make_pipe();

// The last part of the program's path, fit for a message.
std::string name_of(const Order& order);

// Not reaped before end() is called: until then nobody else can have the
// number of its group.
class Child {
public:
    // What becomes of the rest of its group when the program has ended.
    enum class Rest { is_killed, lives };

    // Throws CannotStart. From the first one on, orphaned grandchildren come
    // to us; see family.hpp.
    explicit Child(const Order& order);
    // Whatever happened, nothing of its group lives on.
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return m_pid; }
    // Becomes readable when the program has ended: for poll(2). Negative where
    // the kernel, or a sandbox around us, has no such thing.
    int handle() const { return m_handle.get(); }
    bool ended() const;
    // To the group, and to itself in case it went into another one.
    void signal(int number) const;
    // Waits for the program. Unless the rest lives on, all get SIGKILL.
    End end(Rest rest = Rest::is_killed);
    // For one that the kernel holds, as on a network mount whose server is
    // gone: nobody waits for it any more.
    void abandon() { m_pid = -1; }

private:
    pid_t m_pid = -1;
    files::Descriptor m_handle;  // a pidfd
};

}  // namespace lark_batch::process
