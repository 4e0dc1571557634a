# One file through the rules of ./render.

function refuse(message, hint) {
    printf "alertmanager: %s\nhint: %s\n", message, hint | "cat >&2"
    failed = 1
    exit 78
}

function value(name,    text, file) {
    text = ENVIRON[name]
    file = ENVIRON[name "_FILE"]
    if (text == "" && file != "") {
        getline text < file
        close(file)
    }
    gsub(/^ +| +$/, "", text)
    # The places are quoted in YAML and stand inside Go templates.
    if (text ~ /['"\\[:cntrl:]]/ || index(text, "{{"))
        refuse("the value of " name \
                   " has a quote, a backslash, a brace or a control character",
               "write it without")
    return text
}

function filled(inside,    at, name, other) {
    at = index(inside, ":-")
    name = at ? substr(inside, 1, at - 1) : inside
    if (value(name) != "")
        return value(name)
    if (!at)
        refuse(name " is empty",
               "set it in .env, or its secret file; env.example says how")
    other = substr(inside, at + 2)
    return substr(other, 1, 1) == "$" ? filled(substr(other, 2)) : other
}

function holds(first,    i) {
    for (i = first; i <= NF; i++)
        if (substr($i, 1, 1) == "!" ? value(substr($i, 2)) != "" \
                                    : value($i) == "")
            return 0
    return 1
}

# Blocks nest: dropped is how deep we are inside one that is left out.
/^ *# if / {
    if (dropped || !holds(3))
        dropped++
    else
        kept++
    next
}
/^ *# end$/ {
    if (dropped)
        dropped--
    else
        kept--
    next
}
dropped { next }
{
    line = $0
    out = ""
    while ($0 !~ /^ *#/ && (at = index(line, "${"))) {
        out = out substr(line, 1, at - 1)
        line = substr(line, at + 2)
        end = index(line, "}")
        out = out filled(substr(line, 1, end - 1))
        line = substr(line, end + 1)
    }
    print out line
}
END {
    if (failed)
        exit 78
    if (kept || dropped)
        refuse(FILENAME " has an \"# if\" without its \"# end\"", "add it")
}
