"""What bash completes. Needs nothing of the package bash-completion, which
only finds the file by its name.
"""

import declarations as declared

FRAME = """\
# bash completion for {name}, made from its option declarations.

{function}() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} option='' command='' found=''
    local values="{values}"
    local at=1 word
{wrapped}    # What stands before the cursor: the command, and options with values.
    while [ "$at" -lt "$COMP_CWORD" ]; do
        word=${{COMP_WORDS[at]}}
        at=$((at + 1))
        if [[ $word == -* ]]; then
            [[ " $values " == *" $word "* ]] || continue
            # Readline breaks --name=value at the sign.
            [ "${{COMP_WORDS[at]}}" != "=" ] || at=$((at + 1))
            [ "$at" -lt "$COMP_CWORD" ] || option=$word
            at=$((at + 1))
        elif [ -z "$found" ]; then
            command=${{command:+$command }}$word
            case $command in
{commands}            esac
        fi
    done
    [ "$cur" != "=" ] || cur=
    if [ -n "$option" ]; then
        case $command:$option in
{choices}        esac
    elif [[ $cur == -* ]]; then
        local options="{options}"
        case $command in
{own}        esac
        {function}_words "$options"
    elif [ -z "$found" ]; then
        case $command in
{first}        esac
    else
        case $command in
{arguments}        *) ;;
        esac
    fi
}}

{function}_words() {{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}}

# f: files and folders, d: folders.
{function}_paths() {{
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "-$1" -- "$cur")
}}

complete -F {function} {name}
"""


# The package bash-completion knows the wrapped command's own completion.
WRAPPED = """\
    while [ "$at" -lt "$COMP_CWORD" ]; do
        at=$((at + 1))
        [ "${{COMP_WORDS[at - 1]}}" = "--" ] || continue
        if declare -F _command_offset >/dev/null; then
            _command_offset "$at"
        elif [ "$at" -eq "$COMP_CWORD" ] && [[ $cur != */* ]]; then
            mapfile -t COMPREPLY < <(compgen -c -- "$cur")
        else
            {function}_paths f
        fi
        return
    done
    at=1
"""


def names(options):
    return " ".join("--" + option["name"]
                    for option in declared.of_command_line(options))


def own_names(options):
    return " ".join("--" + option["name"]
                    for option in declared.on_command_line(options))


def with_value(options):
    return " ".join("--" + option["name"] for option in options
                    if not declared.is_flag(option))


def case(pattern, action, indent):
    return f"{' ' * indent}{pattern}) {action} ;;\n"


def offer(function, option):
    """The shell command that offers values, or nothing."""
    if option["choices"]:
        return f"{function}_words \"{' '.join(option['choices'])}\""
    if declared.names_folder(option):
        return f"{function}_paths d"
    if declared.names_file(option):
        return f"{function}_paths f"
    return ""


def value_cases(program, function):
    """A command's own options first: they may share a name."""
    text = ""
    for command in program["commands"]:
        for option in declared.on_command_line(command["options"]):
            action = offer(function, option)
            text += case(f"'{command['name']}:--{option['name']}'",
                         action, 8) if action else ""
    for option in declared.of_command_line(program["options"]):
        action = offer(function, option)
        text += case(f"*:--{option['name']}", action, 8) if action else ""
    return text + case("*", "", 8).replace(")  ", ") ")


def command_cases(program):
    """What changes once a command's last word was read."""
    text = ""
    for command in program["commands"]:
        values = with_value(declared.on_command_line(command["options"]))
        text += case(f"'{command['name']}'",
                     f'found=yes; values+=" {values}"', 12)
    # Words of programs without commands, and of two-word ones half-way.
    halves = {name.split(" ")[0] for name in command_names(program)
              if " " in name}
    for half in sorted(halves):
        text += case(f"'{half}'", "", 12).replace(")  ", ") ")
    return text + case("*", "found=yes", 12)


def command_names(program):
    return [command["name"] for command in program["commands"]]


def first_words(program, function):
    """The first word of commands, or the second behind `config`."""
    text = ""
    seconds = {}
    for name in command_names(program):
        first, _, second = name.partition(" ")
        seconds.setdefault(first, [])
        if second:
            seconds[first].append(second)
    text += case("''", f"{function}_words \"{' '.join(seconds)}\"", 8)
    for first, words in seconds.items():
        if words:
            text += case(f"'{first}'",
                         f"{function}_words \"{' '.join(words)}\"", 8)
    return text


def own_options(program):
    text = ""
    for command in program["commands"]:
        own = own_names(command["options"])
        text += case(f"'{command['name']}'", f'options+=" {own}"',
                     8) if own else ""
    return text + case("*", "", 8).replace(")  ", ") ")


def arguments(program, function):
    text = ""
    for command in program["commands"]:
        for option in declared.positionals(command["options"]):
            action = offer(function, option)
            text += case(f"'{command['name']}'", action, 8) if action else ""
    return text


def script(program):
    function = "_" + program["name"].replace("-", "_")
    return FRAME.format(
        name=program["name"], function=function,
        values=with_value(declared.of_command_line(program["options"])),
        commands=command_cases(program),
        choices=value_cases(program, function),
        options=names(program["options"]), own=own_options(program),
        first=first_words(program, function),
        wrapped=WRAPPED.format(function=function)
        if declared.wraps_a_command(program) else "",
        arguments=arguments(program, function))
