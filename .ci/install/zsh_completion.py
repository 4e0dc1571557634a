"""What zsh completes, by its _arguments."""

import declarations as declared

FRAME = """\
#compdef {name}
# zsh completion for {name}, made from its option declarations.

{function}() {{
    local curcontext=$curcontext state line
    local -a common
    common=(
{common}    )
{body}}}

{function} "$@"
"""


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def described(text):
    for char in "\\[]:":
        text = text.replace(char, "\\" + char)
    return text


def action(option):
    if option["choices"]:
        return "(" + " ".join(option["choices"]) + ")"
    if declared.names_folder(option):
        return "_files -/"
    if declared.names_file(option):
        return "_files"
    return " "


def argument(option):
    return f":{described(declared.placeholder(option))}:{action(option)}"


def spec(option):
    """One option as _arguments wants it."""
    form = f"--{option['name']}"
    letter = declared.LETTERS.get(option["name"])
    text = f"[{described(option['help'])}]"
    if letter:
        short = f"-{letter}"
        return (f"{quoted(f'({short} {form})')}"
                f"{{{short},{form}}}{quoted(text)}")
    if declared.is_flag(option):
        return quoted(form + text)
    repeated = "*" if option["type"] == "list" else ""
    return quoted(f"{repeated}{form}={text}{argument(option)}")


def specs(options, indent):
    return "".join(f"{' ' * indent}{spec(option)}\n" for option in options)


def rest(command):
    """What follows a command's name: its arguments."""
    words = declared.positionals(command["options"])
    # Where nothing can be offered, a lone option is inserted at once.
    if not words or action(words[0]) == " ":
        return ""
    return f" {quoted('*' + argument(words[0]))}"


def rest_of(program):
    """Of a program without commands, its options included."""
    if not declared.wraps_a_command(program):
        return f' "$common[@]"{rest(program)}'
    return (' -S "$common[@]" \'(-)1:command:_command_names -e\''
            " '*::arguments:_normal'")


def call(command, indent):
    own = specs(declared.on_command_line(command["options"]), indent + 4)
    pad = " " * indent
    return (f"{pad}local -a own\n{pad}own=(\n{own}{pad})\n"
            f"{pad}_arguments -s \"$common[@]\" \"$own[@]\"{rest(command)}\n")


def choice(names, indent):
    """Offers commands with their summaries, then goes on behind one."""
    pad = " " * indent
    lines = "".join(f"{pad}    {quoted(name + ':' + what)}\n"
                    for name, what in names)
    return (f"{pad}local -a commands\n{pad}commands=(\n{lines}{pad})\n"
            f"{pad}_arguments -C -s \"$common[@]\" "
            "'1: :->command' '*:: :->rest' && return\n"
            f"{pad}if [[ $state == command ]]; then\n"
            f"{pad}    _describe -t commands command commands\n"
            f"{pad}    return\n"
            f"{pad}fi\n")


def tree(program):
    """First word of the commands -> second word or '' -> command."""
    found = {}
    for command in program["commands"]:
        first, _, second = command["name"].partition(" ")
        found.setdefault(first, {})[second] = command
    return found


def summary(branch):
    if "" in branch:
        return branch[""]["summary"]
    return ", ".join(branch)


def second_words(first, branch):
    names = [(second, command["summary"]) for second, command in
             branch.items()]
    text = f"    {quoted(first)})\n" + choice(names, 8)
    text += "        case $words[1] in\n"
    for second, command in branch.items():
        text += (f"        {quoted(second)})\n" + call(command, 12)
                 + "            ;;\n")
    return text + "        esac\n        ;;\n"


def with_commands(program):
    branches = tree(program)
    text = choice([(first, summary(branch))
                   for first, branch in branches.items()], 4)
    text += "    case $words[1] in\n"
    for first, branch in branches.items():
        if "" in branch:
            text += (f"    {quoted(first)})\n" + call(branch[""], 8)
                     + "        ;;\n")
        else:
            text += second_words(first, branch)
    return text + "    esac\n"


def script(program):
    function = "_" + program["name"].replace("-", "_")
    if program["commands"]:
        body = with_commands(program)
    else:
        body = f"    _arguments -s{rest_of(program)}\n"
    return FRAME.format(
        name=program["name"], function=function,
        common=specs(declared.of_command_line(program["options"]), 8),
        body=body)
