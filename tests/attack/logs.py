"""How systems that run builds read a log, re-implemented from their sources and documentation, not from andon's.

GitHub: actions/runner, src/Runner.Common/ActionCommand.cs (TryParseV2, then TryParse) and ActionCommandManager.cs, for
each line of standard output and standard error alike. That its searches may pass over characters without weight (a
zero-width space among them) makes no command more: the name begins at a fixed distance from the start of what was found,
so that a prefix of more characters than its own leaves a rest of the prefix before the name.
"""

import re

REGISTERED = {
    "stop-commands",
    "internal-set-repo-path",
    "set-env",
    "set-output",
    "save-state",
    "add-path",
    "add-mask",
    "add-matcher",
    "remove-matcher",
    "debug",
    "error",
    "warning",
    "notice",
    "group",
    "endgroup",
    "echo",
}
# What .NET's TrimStart takes away.
WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
# Controls and marks of direction, which no output may hold.
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]")
# The colours that andon paints with.
COLOUR = re.compile("\x1b\\[[0-9;]*m")


def unescape(text, property=False):
    pairs = [("\r", "%0D"), ("\n", "%0A")]
    if property:
        pairs += [(":", "%3A"), (",", "%2C")]
    for token, escaped in [*pairs, ("%", "%25")]:
        text = text.replace(escaped, token)
    return text


class Command:
    def __init__(self, line, name, properties, data):
        self.line, self.name, self.properties, self.data = line, name.lower(), properties, data


def newer(line):
    """`::name key=value,key=value::data` after white space."""
    line = line.lstrip(WHITE)
    if not line.startswith("::"):
        return None
    end = line.find("::", 2)
    if end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    if name.lower() not in REGISTERED:
        return None
    properties = {}
    for pair in filter(None, rest.strip(WHITE).split(",")):
        key, found, value = pair.lstrip("=").partition("=")
        if found and value:
            properties[key.lower()] = unescape(value, property=True)
    return Command(line, name, properties, unescape(line[end + 2 :]))


def older(line):
    """`##[name key=value;key=value]data` anywhere."""
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, _ = line[start + 3 : end].partition(" ")
    return Command(line, name, {}, line[end + 1 :]) if name.lower() in REGISTERED else None


def github(text):
    """The commands that GitHub's runner finds in a log. Its lines end as .NET's do, and here also as others' do."""
    for line in {*re.split("\r\n|\r|\n", text), *text.splitlines()}:
        # The older form is looked for wherever it occurs, not only first.
        rests = [line[at.start() :] for at in re.finditer(r"##\[", line)]
        for found in [newer(line), *map(older, rests)]:
            if found:
                yield found


def strict(text):
    """Lines that a log might take for commands under a looser reading than any: what andon prints is none of these."""
    for line in re.split("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", COLOUR.sub("", text)):
        if re.match(r"[\s\x00-\x20]*::[^\s:]*[^:]*::", line) or re.search(r"##[\w.-]*\[", line):
            yield line


def azure(text):
    """`##vso[area.event key=value;…]data`, anywhere in a line, as azure-pipelines-agent's Command.TryParse finds it."""
    for line in re.split("\r\n|\r|\n", text):
        for start in re.finditer(r"##vso\[", line, re.IGNORECASE):
            inner, closed, data = line[start.end() :].partition("]")
            if closed:
                name, _, rest = inner.partition(" ")
                pairs = [pair.partition("=") for pair in rest.split(";") if pair]
                yield start.start(), name.lower(), {key.lower(): value for key, _, value in pairs}, data


def teamcity(line):
    """One service message as TeamCity's documentation gives its form: name and attributes, or nothing if it is none."""
    value = r"'(?:[^'|\]\[\r\n]|\|['nr|\[\]xlp]|\|0x[0-9a-fA-F]{4})*'"
    match = re.fullmatch(rf"##teamcity\[(\w+)((?: \w+={value})*)\]", line)
    return match and (match[1], dict(re.findall(rf" (\w+)=({value})", match[2])))


def outputs(text):
    """The names and values in a file behind GITHUB_OUTPUT, as FileCommandManager reads it."""
    found, lines = [], text.split("\n")
    while lines:
        line = lines.pop(0)
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, _, value = line.partition("=")
        elif heredoc >= 0:
            name, _, delimiter = line.partition("<<")
            value = []
            while lines and lines[0] != delimiter:
                value.append(lines.pop(0))
            if not lines:
                raise ValueError(f"no end of {name}")
            lines.pop(0)
            value = "\n".join(value)
        else:
            raise ValueError(f"no output: {line[:100]!r}")
        found.append((name, value))
    return found
