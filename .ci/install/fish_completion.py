"""What fish completes."""

import declarations as declared

# Without the options and their values, what was typed before the cursor.
WORDS = """\
function {function}_words
    set -l values {values}
    set -l words
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
        else if contains -- $word $values
            set skip yes
        else if not string match -q -- '-*' $word
            set -a words $word
        end
    end
    string join ' ' -- $words
end

# Whether the words are these, or begin with them.
function {function}_at
    set -l words ({function}_words)
    test "$words" = "$argv"; or string match -q -- "$argv *" "$words"
end

function {function}_exactly
    set -l words ({function}_words)
    test "$words" = "$argv"
end
"""


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def value(option):
    if declared.is_flag(option):
        return ""
    if option["choices"]:
        return " -x -a " + quoted(" ".join(option["choices"]))
    if declared.names_folder(option):
        return " -x -a '(__fish_complete_directories)'"
    return " -r -F" if declared.names_file(option) else " -x"


def line(program, option, condition=""):
    letter = declared.LETTERS.get(option["name"])
    return (f"complete -c {program['name']}{condition}"
            + (f" -s {letter}" if letter else "")
            + f" -l {option['name']}{value(option)}"
            f" -d {quoted(option['help'])}\n")


def condition(function, how, words):
    inner = f"{function}_{how}" + (f" {words}" if words else " ''")
    return " -n " + quoted(inner)


def command_lines(program, function):
    text, firsts = "", set()
    for command in program["commands"]:
        first, _, second = command["name"].partition(" ")
        if second:
            text += (f"complete -c {program['name']}"
                     f"{condition(function, 'exactly', first)}"
                     f" -a {second} -d {quoted(command['summary'])}\n")
        if first not in firsts:
            firsts.add(first)
            what = f" -d {quoted(command['summary'])}" if not second else ""
            text += (f"complete -c {program['name']}"
                     f"{condition(function, 'exactly', '')} -a {first}{what}\n")
    for command in program["commands"]:
        where = condition(function, "at", command["name"])
        for option in declared.positionals(command["options"]):
            if declared.names_file(option):
                text += f"complete -c {program['name']}{where} -F\n"
            elif option["choices"]:
                text += (f"complete -c {program['name']}{where} -a "
                         f"{quoted(' '.join(option['choices']))}\n")
        for option in declared.on_command_line(command["options"]):
            text += line(program, option, where)
    return text


# Behind `--`, what fish completes for the command that stands there.
WRAPPED = """\

function {function}_wrapped
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words); or return
    complete -C (string join ' ' -- \\
        (string escape -- $words[(math $at + 1)..-1]) (commandline -ct))
end

complete -c {name} -n 'contains -- -- (commandline -opc)' \\
    -x -a '({function}_wrapped)'
"""


def value_names(program):
    options = declared.of_command_line(program["options"])
    for command in program["commands"]:
        options = options + declared.on_command_line(command["options"])
    return " ".join(dict.fromkeys("--" + option["name"] for option in options
                                  if not declared.is_flag(option)))


def script(program):
    function = "__" + program["name"].replace("-", "_")
    text = (f"# fish completion for {program['name']}, made from its option"
            " declarations.\n\n")
    if program["commands"]:
        text += WORDS.format(function=function, values=value_names(program))
        text += "\n"
    text += f"complete -c {program['name']} -f\n"
    for option in declared.of_command_line(program["options"]):
        text += line(program, option)
    if declared.wraps_a_command(program):
        text += WRAPPED.format(function=function, name=program["name"])
    return text + command_lines(program, function)
