// An option is declared once, by OptionSet::add. The declaration feeds the
// command line, the TOML file, the environment, --print-config, --help, the
// reference page and the sample file.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lib/config/declaration.hpp"
#include "lib/config/environment.hpp"
#include "lib/config/problems.hpp"

namespace lark_batch::config {

class Option {
public:
    explicit Option(Declaration declared) : m_declared(std::move(declared)) {}

    // One sentence, lower case, without full stop.
    Option& help(std::string sentence);
    // Path in the TOML file; the name with '_' for '-' unless given. Moves
    // the environment name along.
    Option& key(std::string path);
    Option& env(std::string name);
    Option& choices(Strings values);
    Option& range(long long low, long long high);
    Option& range(text::Milliseconds low, text::Milliseconds high);
    Option& places(Places places);
    Option& placeholder(std::string word);
    // A value for the sample file, where the default says too little.
    Option& sample(std::string value);
    Option& required(bool is_required = true);
    // More validation, for each single value; never called for secrets.
    Option& check(Check check);
    // For texts and lists that may hold a key: what --print-config shows of
    // a single value in its place, "X-Key: ***".
    Option& veiled(std::function<std::string(const std::string&)> veil);
    // Checked in the file and shown nowhere: a key of another program.
    Option& unlisted();
    // A flag whose presence on the command line means false: --no-push.
    Option& negated();
    // The variable that stands for the built-in default, such as systemd's
    // STATE_DIRECTORY: weaker than the file.
    Option& default_from(std::string variable);
    // Secrets: another credential name than the key with '-' for '.' and '_'.
    Option& credential(std::function<std::string()> name);
    // Secrets: read and demanded only if this says so.
    Option& wanted_when(std::function<bool()> condition);

    // Takes what is no option on the command line: file names, a command.
    void make_positional() {
        places(Places::command_line);
        m_declared.positional = true;
    }

    const Declaration& declared() const { return m_declared; }
    const Origin& origin() const { return m_origin; }

    // What is wrong with a value: "must be true or false, not 'x'".
    struct Complaint {
        std::string message;
        std::string hint;
    };

    // Sets the target and remembers where from; flags expect true or false.
    std::optional<Complaint> assign(const Strings& values, Origin origin);

    // Whether somebody gave it a value, right or wrong.
    bool given() const { return m_given; }
    void mark_given() { m_given = true; }

    // Secrets: what "<key>_file" or "<key>_env" said; see secrets.cpp.
    struct SecretSource {
        std::string file;
        std::string variable;
    };
    SecretSource& secret_source() { return m_secret_source; }
    const SecretSource& secret_source() const { return m_secret_source; }
    void set_origin(Origin origin) { m_origin = std::move(origin); }

private:
    Declaration m_declared;
    Origin m_origin;
    bool m_given = false;
    SecretSource m_secret_source;
};

class OptionSet;

// One of the forms that entries of an array of tables can have.
struct Variant {
    std::string name;
    std::string summary;
};

// An array of tables, such as [[app]].
struct Tables {
    std::string key;
    std::string help;
    std::string group;
    std::function<void(OptionSet&)> declare;
    std::string unique_key;
    // Where one key of an entry decides which further ones it may have.
    std::string variant_key;
    std::vector<Variant> variants;
    std::function<void(OptionSet&, const std::string&)> declare_variant;
    bool given = false;             // rightly or wrongly
    std::deque<OptionSet> entries;  // as the file had them

    // No two entries may have the same value of this key.
    Tables& unique(std::string entry_key);
    // `declare_more` is called for an entry whose `key` names one of the
    // variants, with that name, and for each variant's page.
    Tables& variants_by(
        std::string entry_key, std::vector<Variant> known,
        std::function<void(OptionSet&, const std::string&)> declare_more);
};

class OptionSet;

// A table whose members are tables of any name, such as [tasks.NAME].
struct Family {
    std::string key;
    std::function<void(OptionSet&, const std::string&)> declare;
    std::deque<OptionSet> entries;  // as the file had them
};

class OptionSet {
public:
    // `entry`: of an array of tables, whose options have no variables.
    // `description`: like entry, but only to be looked at, never filled.
    enum class Purpose { program, entry, description };

    explicit OptionSet(Purpose purpose = Purpose::program)
        : m_purpose(purpose) {}

    // The present value of the target is the default. Throws Error(bug) when
    // the name or the key is taken.
    Option& add(std::string name, bool& target);
    Option& add(std::string name, std::string& target);
    Option& add(std::string name, long long& target);
    Option& add(std::string name, double& target);
    Option& add(std::string name, text::Milliseconds& target);
    Option& add(std::string name, std::uint64_t& target);
    Option& add(std::string name, Strings& target);
    // Never on the command line: "<key>_file", "<key>_env", the variable
    // "<env>_FILE", or the systemd credential.
    Option& add_secret(std::string name, text::Secret& target);
    Option& add_positional(std::string name, Strings& target);
    // `declare` is called once for each entry of the file, and once more with
    // a description for pages. Its targets must stay where they are.
    Tables& add_tables(std::string key, std::string help,
                       std::function<void(OptionSet&)> declare);

    // For tables below `key` that no program's own options claim. `declare` is
    // called with the name of each in the file; on pages they do not show. Its
    // targets must stay where they are.
    void add_family(
        std::string key,
        std::function<void(OptionSet&, const std::string&)> declare);

    // The heading of what is added from now on: "Database".
    void group(std::string title) { m_group = std::move(title); }

    // A table of the file that belongs to another program and is not looked
    // into, with its variables. "tasks.*" stands for every table in tasks.
    void also_known(std::string table);

    // Called when all values but the secrets are in place, for what one
    // option alone cannot judge or derive.
    void after_loading(std::function<Found()> step);
    // The same, before all steps that are there already.
    void first_after_loading(std::function<Found()> step);

    bool is_description() const { return m_purpose == Purpose::description; }
    const std::deque<Option>& options() const { return m_options; }
    std::deque<Option>& options() { return m_options; }
    const std::deque<Tables>& tables() const { return m_tables; }
    std::deque<Tables>& tables() { return m_tables; }
    const std::deque<Family>& families() const { return m_families; }
    std::deque<Family>& families() { return m_families; }
    const Strings& foreign_tables() const { return m_foreign; }
    const auto& steps() const { return m_steps; }
    Option* find(const std::string& name);
    // Where the file has this entry of an array of tables.
    const Origin& place() const { return m_place; }
    // " in [[app]]", to end a message; empty for a program's set.
    const std::string& within() const { return m_within; }
    void set_place(Origin place, std::string within);
    // Takes over everything of `other`, which is left empty.
    void merge(OptionSet&& other);

private:
    Option& add(std::string name, Target target);

    Purpose m_purpose;
    Origin m_place;
    std::string m_within;
    std::string m_group = "Options";
    std::deque<Option> m_options;
    std::deque<Tables> m_tables;
    std::deque<Family> m_families;
    Strings m_foreign;
    std::vector<std::function<Found()>> m_steps;
};

// A command of a program that has several; the name may be two words.
struct Command {
    std::string name;
    std::string summary;
    std::function<void(OptionSet&)> declare;
    // Its options are declared when it is on the command line only: for
    // programs of many commands whose start is to be quick. They are unknown
    // to the search for the nearest spelling, and can have no key in the
    // file.
    bool lazy = false;
};

struct Program {
    std::string name;
    std::string summary;
    std::string epilog;
    std::vector<Command> commands;
    bool command_required = true;  // where there are any
};

struct Loaded {
    enum class Ending { run, help, version };

    Ending ending = Ending::run;
    std::string text;         // what to print for help and version
    std::string command;      // the chosen one, if the program has any
    std::string config_file;  // empty when none was read
};

// Fills the targets of `options`, which then also holds the options of the
// chosen command: default < file < environment < command line. Handles
// --config, --help and --version itself; the last two touch no target.
// Throws Problems.
Loaded load(const Program& program, OptionSet& options, int argc,
            const char* const* argv, const Environment& environment);

// Effective values with their origin, in TOML's manner; secrets as ***,
// absent ones as (not set).
std::string print_config(const OptionSet& options);

}  // namespace lark_batch::config
