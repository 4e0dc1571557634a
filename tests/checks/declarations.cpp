#include "tests/checks/declarations.hpp"

#include "lib/config/values.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::checks {

namespace {

using config::Declaration;
using config::OptionSet;
using text::JsonWriter;

void write_strings(JsonWriter& json, const char* name,
                   const config::Strings& words) {
    json.key(name).begin_array();
    for (const auto& word : words) {
        json.value(word);
    }
    json.end_array();
}

// Where it may be given, and under which names.
void write_places(JsonWriter& json, const Declaration& declared) {
    json.field("on_command_line", declared.on_command_line());
    json.field("positional", declared.positional);
    json.field("in_file", declared.in_file());
    json.field("key", declared.in_file() ? declared.key : "");
    json.field("variable", declared.in_file() ? declared.env : "");
}

void write_option(JsonWriter& json, const Declaration& declared) {
    json.begin_object();
    json.field("name", declared.name);
    json.field("help", declared.help);
    json.field("group", declared.group);
    json.field("type", config::type_name(declared.target));
    json.field("placeholder", declared.placeholder);
    json.field("range", config::range_text(declared));
    json.field("default", declared.default_text);
    json.field("default_variable", declared.default_variable);
    json.field("required", declared.required);
    json.field("negated", declared.negated);
    write_strings(json, "choices", declared.choices);
    write_places(json, declared);
    json.end_object();
}

void write_options(JsonWriter& json, const OptionSet& set) {
    json.key("options").begin_array();
    for (const auto& option : set.options()) {
        if (option.declared().listed) {
            write_option(json, option.declared());
        }
    }
    json.end_array();
}

void write_variants(JsonWriter& json, const config::Tables& tables) {
    json.key("variants").begin_array();
    for (const auto& variant : tables.variants) {
        OptionSet own{OptionSet::Purpose::description};
        tables.declare_variant(own, variant.name);
        json.begin_object();
        json.field("name", variant.name);
        json.field("summary", variant.summary);
        write_options(json, own);
        json.end_object();
    }
    json.end_array();
}

void write_tables(JsonWriter& json, const OptionSet& set) {
    json.key("tables").begin_array();
    for (const auto& tables : set.tables()) {
        OptionSet entry{OptionSet::Purpose::description};
        tables.declare(entry);
        json.begin_object();
        json.field("key", tables.key);
        json.field("help", tables.help);
        json.field("variant_key", tables.variant_key);
        write_options(json, entry);
        write_variants(json, tables);
        json.end_object();
    }
    json.end_array();
}

void write_commands(JsonWriter& json, const config::Program& program) {
    json.key("commands").begin_array();
    for (const auto& command : program.commands) {
        OptionSet own;
        if (command.declare) {
            command.declare(own);
        }
        json.begin_object();
        json.field("name", command.name);
        json.field("summary", command.summary);
        write_options(json, own);
        json.end_object();
    }
    json.end_array();
}

}  // namespace

std::string declarations(const std::vector<config::Page>& pages) {
    JsonWriter json;
    json.begin_object();
    json.field("version", LARK_BATCH_VERSION);
    json.key("programs").begin_array();
    for (const auto& page : pages) {
        json.begin_object();
        json.field("name", page.program->name);
        json.field("summary", page.program->summary);
        json.field("command_required", page.program->command_required);
        write_options(json, *page.options);
        write_tables(json, *page.options);
        write_commands(json, *page.program);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return json.str();
}

}  // namespace lark_batch::checks
