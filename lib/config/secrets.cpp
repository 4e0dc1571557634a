// Secrets come from a file, a variable or a systemd credential, and are read
// last, when it is known which of them the program wants.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>

#include "lib/config/load_steps.hpp"
#include "lib/files/files.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

namespace fs = std::filesystem;

// LoadCredential=lark-batch:FOLDER makes such a credential of each file there:
// systemd.exec(5).
constexpr const char* k_of_folder = "lark-batch_";

void complain(const Option& option, const OptionSet& set,
              const std::string& message, std::string hint, Found& found) {
    const Origin& own = option.origin();
    const Origin& place =
        own.place == Origin::Place::built_in ? set.place() : own;
    const bool in_file = place.place == Origin::Place::file;
    const std::string subject = own.place == Origin::Place::environment
                                    ? own.name
                                    : "'" + option.declared().key + "'";
    found.push_back({in_file ? place.name : "", place.line, place.column,
                     subject + message + set.within(), std::move(hint),
                     errors::Kind::config});
}

// Relative to the file that names it, or to where the program was started.
fs::path secret_path(const Option& option) {
    fs::path path{option.secret_source().file};
    if (option.origin().place == Origin::Place::file && path.is_relative()) {
        return fs::path{option.origin().name}.parent_path() / path;
    }
    return path;
}

// The credential of this name, if there is one. A name with a slash would
// leave the directory.
std::optional<fs::path> find_credential(const Environment& environment,
                                        const std::string& name) {
    const auto directory = environment.get("CREDENTIALS_DIRECTORY");
    if (!directory || name.empty() || name.find('/') != std::string::npos) {
        return std::nullopt;
    }
    for (const std::string& file : {name, k_of_folder + name}) {
        const fs::path path = fs::path{*directory} / file;
        std::error_code ignored;
        if (fs::exists(path, ignored)) {
            return path;
        }
    }
    return std::nullopt;
}

bool is_forbidden(const fs::path& path) {
    return faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0 &&
           errno == EACCES;
}

void take_credential(Option& option, const fs::path& path) {
    option.secret_source().file = path.string();
    option.set_origin(
        {Origin::Place::credential, path.filename().string(), 0, 0});
}

// One configuration serves root at a shell and a unit whose user may not read
// the file, but was handed it as a credential.
void prefer_credential(Option& option, const Environment& environment) {
    const fs::path path = secret_path(option);
    const auto credential =
        find_credential(environment, path.filename().string());
    if (credential && is_forbidden(path)) {
        take_credential(option, *credential);
    }
}

void from_file(Option& option, const OptionSet& set, Found& found) {
    try {
        *std::get<text::Secret*>(option.declared().target) =
            files::read_secret(secret_path(option));
    } catch (const errors::Error& error) {
        complain(option, set, std::string{": "} + error.what(), error.hint(),
                 found);
    }
}

void from_variable(Option& option, const OptionSet& set,
                   const Environment& environment, Found& found) {
    const auto& name = option.secret_source().variable;
    if (auto value = environment.get(name)) {
        *std::get<text::Secret*>(option.declared().target) =
            text::Secret{std::move(*value)};
    } else {
        complain(option, set, ": variable '" + name + "' is not set", {},
                 found);
    }
}

std::string credential_name(const Declaration& declared) {
    if (declared.credential) {
        return declared.credential();
    }
    return text::replace_all(text::replace_all(declared.key, '.', '-'), '_',
                             '-');
}

// Whether there was one.
bool from_credential(Option& option, const OptionSet& set,
                     const Environment& environment, Found& found) {
    const auto path =
        find_credential(environment, credential_name(option.declared()));
    if (!path) {
        return false;
    }
    take_credential(option, *path);
    from_file(option, set, found);
    return true;
}

void report_missing(const Option& option, const OptionSet& set, Found& found) {
    const auto& declared = option.declared();
    const std::string credential = credential_name(declared);
    complain(
        option, set, " is missing",
        "give " + declared.key + "_file, " + declared.key + "_env" +
            (credential.empty() ? std::string{}
                                : " or the credential '" + credential + "'"),
        found);
}

void read_one(Option& option, const OptionSet& set,
              const Environment& environment, Found& found) {
    const auto& declared = option.declared();
    if (!declared.is_secret() || (declared.wanted && !declared.wanted())) {
        return;
    }
    if (!option.secret_source().file.empty()) {
        prefer_credential(option, environment);
        from_file(option, set, found);
    } else if (!option.secret_source().variable.empty()) {
        from_variable(option, set, environment, found);
    } else if (!from_credential(option, set, environment, found) &&
               declared.required && !option.given()) {
        report_missing(option, set, found);
    }
}

}  // namespace

void read_secrets(OptionSet& options, const Environment& environment,
                  Found& found) {
    for (auto& option : options.options()) {
        read_one(option, options, environment, found);
    }
    for (auto& tables : options.tables()) {
        for (auto& entry : tables.entries) {
            read_secrets(entry, environment, found);
        }
    }
    for (auto& family : options.families()) {
        for (auto& entry : family.entries) {
            read_secrets(entry, environment, found);
        }
    }
}

}  // namespace lark_batch::config
