// A network of the test's own: a namespace that lives as long as the call.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>

namespace kam::test {

/// An exception ends the test, not the process with all the others in it.
inline void run(const std::function<void()> &body) {
    try {
        body();
    } catch (const std::exception &e) {
        ADD_FAILURE() << e.what();
    }
}

/// Runs the body on a thread with a network namespace of its own, in which everything, lo too, is down. "" or why it
/// was not run. The namespace goes with the thread and its sockets.
inline std::string in_new_network(const std::function<void()> &body) {
    std::string why_not;
    std::thread([&] {
        if (unshare(CLONE_NEWNET) != 0)
            why_not = "this user may not make a network namespace: " + std::string(std::strerror(errno));
        else
            run(body);
    }).join();
    return why_not;
}

/// A command of iproute2, in the namespace of the calling thread.
inline bool configure(const std::string &command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0; // NOLINT: the commands are literals of the tests.
}

} // namespace kam::test
