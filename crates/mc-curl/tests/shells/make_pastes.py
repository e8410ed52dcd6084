#!/usr/bin/env python3
"""Writes pastes.jsonl: curl lines as people have them, each with the arguments that its shell gives to curl.

The requests are of the kinds that call centres make; each is written the way a shell, a browser or an API client
writes it, by rules that stand here and nowhere in the crate:

  POSIX.1-2017, Shell Command Language 2.2; Bash Reference Manual, 3.1.2.4
  Microsoft Learn, "cmd", "Parsing C command-line arguments", "about_Quoting_Rules", "about_Parsing"
  Chromium, devtools: "Copy as cURL (bash)" and "Copy as cURL (cmd)"; Firefox the same in its own order
  Postman and Insomnia: export as cURL

bash and dash are asked themselves by the tests. The lines of the others are derived from these pages, and say so in
`derived`. `{url}` is a server's address. `python3 make_pastes.py > pastes.jsonl`
"""
import json
import re

J = ["-H", "Content-Type: application/json"]
REQUESTS = {
    "plain": ["{url}/ping"],
    "query": ["{url}/find?phone=$ANumber&limit=5"],
    "silent fail": ["-sS", "-f", "{url}/call/$CallID"],
    "link parts": ["-s", "{url}/pop?group=$GroupName&service=$ServiceName#top"],
    "form": ["-d", "caller=$ANumber", "-d", "group=$GroupName", "{url}/calls"],
    "form in one": ["-X", "POST", "-d", "caller=$ANumber&state=ringing&note=a+b", "{url}/calls"],
    "urlencode": ["--data-urlencode", "text=Call from $ANumber", "--data-urlencode", "chat=42", "{url}/send"],
    "get with data": ["-G", "--data-urlencode", "q=phone=$ANumber", "-d", "limit=1", "{url}/table/contact"],
    "json": ["-X", "POST", *J, "-d", '{"caller":"$ANumber","group":"$GroupName"}', "{url}/api/calls"],
    "json option": ["--json", '{"from":"$ANumber","to":"$ServiceNumber"}', "{url}/cti"],
    "json spaced": [*J, "--data-raw", '{ "name": "Anna Bee", "nr": "$ANumber", "open": true, "n": [1, 2] }', "{url}/t"],
    "json apostrophe": [*J, "-d", '{"text":"It\'s $ANumber calling"}', "{url}/note"],
    "json lines": [*J, "-d", '{\n  "title": "Call",\n  "from": "$ANumber"\n}', "{url}/tickets"],
    "json umlaut": [*J, "-d", '{"title":"Rückruf für $GroupName"}', "{url}/tickets"],
    "json escape": [*J, "-d", '{"body":"one\\ntwo","from":"$ANumber"}', "{url}/tickets"],
    "json-rpc": [*J, "-d", '{"jsonrpc":"2.0","method":"call","params":{"args":["db",2,"key","res.partner","search_read",[[["phone","ilike","$ANumber"]]]]}}', "{url}/jsonrpc"],
    "bearer": ["-H", "Authorization: Bearer eyJhbGciOi.J9-_x", "-H", "Accept: application/json", "{url}/me"],
    "user": ["-u", "agent@example.com/token:k3y", "{url}/users/search.json?query=phone:$ANumber"],
    "user with hash": ["-u", "svc:p#ss w0rd!", "{url}/incident"],
    "put": ["-X", "PUT", *J, "-d", '{"state":"closed"}', "{url}/tickets/17"],
    "patch": ["--request", "PATCH", "--header", "If-Match: *", "--data", "state=done&by=$UsersUID", "{url}/tasks/9"],
    "delete": ["-X", "DELETE", "-H", "X-Api-Key: abc", "{url}/sessions/3"],
    "multipart": ["-F", "channel=C1", "-F", "text=Call for $GroupName", "{url}/chat.postMessage"],
    "slack": ["-X", "POST", "--data-urlencode", 'payload={"text":"Call for $GroupName"}', "{url}/services/T0/B0"],
    "ntfy": ["-H", "Title: Call $ANumber", "-H", "Tags: phone,bell", "-d", "Please call back.", "{url}/desk"],
    "cookie": ["-b", "sid=abc123; theme=dark", "-A", "Mozilla/5.0 (X11; Linux x86_64)", "{url}/cases?nr=1"],
    "soql": ["-G", "--data-urlencode", "q=SELECT Id FROM Contact WHERE Phone = '$ANumber'", "{url}/query"],
    "xml": ["-H", "Content-Type: text/xml; charset=utf-8", "--data", "<call><from>$ANumber</from><to a=\"1\"/></call>", "{url}/soap"],
    "odata": ["-g", "{url}/contacts?$select=name&$top=1"],
    "encoded": ["{url}/find?name=M%C3%BCller&tag=a%20b"],
    "brackets": ["-g", "{url}/Contacts?filter[phone_work][eq]=$ANumber"],
    "redirect": ["-L", "--max-redirs", "3", "--retry", "2", "-m", "5", "{url}/r?n=$ANumber"],
    "browser": ["{url}/api/cases", "-H", 'sec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99"', "-H", "accept: */*", "--data-raw", 'a=1&b=$GroupName'],
    "two": ["-d", "a=1", "{url}/one", "--next", "{url}/two"],
}
OPTION_WITH_VALUE = {"-H", "-d", "-X", "-u", "-F", "-b", "-A", "-m", "--json", "--data", "--data-raw", "--data-urlencode", "--header", "--request", "--max-redirs", "--retry"}


def pieces(arguments):
    """Each option with its value, as people break lines."""
    out, rest = [], list(arguments)
    while rest:
        first = rest.pop(0)
        out.append([first, rest.pop(0)] if first in OPTION_WITH_VALUE else [first])
    return out


def plain(word):
    return re.fullmatch(r"[A-Za-z0-9_./:@=+,{}-]+", word) is not None


def posix_single(word):
    return word if plain(word) else "'" + word.replace("'", "'\\''") + "'"


def posix_double(word):
    if plain(word):
        return word
    # A dollar that begins none of the names is escaped; the names stay for whoever fills them in.
    word = re.sub(r"[\\\"`]", lambda m: "\\" + m[0], word)
    return '"' + re.sub(r"\$(?!(ANumber|CallID|GroupName|ServiceName|ServiceNumber|UsersUID))", r"\\$", word) + '"'


def posix_backslash(word):
    return re.sub(r"[^A-Za-z0-9_./:@=+,{}$-]", lambda m: "\\" + m[0], word) if "\n" not in word and "{url}" not in word.replace("{url}", "", 1) and "$s" not in word and "$t" not in word and not re.search(r"[{}]", word.replace("{url}", "")) else None


def chromium_posix(word):
    if re.search(r"[\x00-\x1f\x7f-\x9f!]|'", word):
        def escaped(match):
            c = match[0]
            return {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"}.get(c, "\\u%04x" % ord(c))
        return "$'" + re.sub(r"[\x00-\x1f\x7f-\x9f!'\\]", escaped, word) + "'"
    return "'" + word + "'"


def chromium_cmd(word):
    if "\\" in word:
        return None
    word = word.replace('"', '\\"')
    word = re.sub(r"[^a-zA-Z0-9\s_\-:=+~'/.,?;()*`$]", lambda m: "^" + m[0], word).replace("^{url^}", "{url}")
    word = re.sub(r"%(?=[a-zA-Z0-9_])", "%^", word)
    return '^"' + word.replace("\n", "^\n\n") + '^"'


def runtime(word):
    """Quoted for Microsoft's C runtime."""
    if plain(word):
        return word
    word = re.sub(r'(\\*)"', r'\1\1\\"', word)
    return '"' + re.sub(r"(\\+)$", r"\1\1", word) + '"'


def cmd(word, batch=False):
    if "\n" in word or re.search(r"%[A-Za-z]", word) and not batch:
        # A name between two percent signs would be a variable; a single encoded byte is none.
        if "\n" in word:
            return None
    out, quoted = "", False
    for c in runtime(word):
        if c == '"':
            quoted = not quoted
        elif c in "&|<>^" and not quoted:
            out += "^"
        elif c == "%" and batch:
            out += "%"
        out += c
    return None if quoted else out


def ps5(word):
    if plain(word) and "{" not in word and "," not in word and not word.startswith("@"):
        return word
    if word == "" or word.endswith("\\"):
        return None
    word = re.sub(r'(\\*)"', r'\1\1\\"', word)
    return "'" + word.replace("'", "''") + "'"


def ps7(word):
    if plain(word) and "{" not in word and "," not in word and not word.startswith("@"):
        return word
    return "'" + word.replace("'", "''") + "'"


def ps7_double(word):
    if plain(word) and "{" not in word and "," not in word and not word.startswith("@"):
        return word
    # Names stay for whoever fills them in; other dollars are escaped.
    word = re.sub(r"[`\"]", lambda m: "`" + m[0], word)
    return '"' + re.sub(r"\$(?!(ANumber|CallID|GroupName|ServiceName|ServiceNumber|UsersUID))", "`$", word) + '"'


LONG = {"-X": "--request", "-H": "--header", "-d": "--data", "-u": "--user", "-F": "--form", "-L": "--location", "-G": "--get", "-b": "--cookie", "-A": "--user-agent", "-m": "--max-time", "-g": "--globoff", "-f": "--fail", "-s": "--silent"}


def joined(program, groups, quote, line_end, between="\n  "):
    words = []
    for group in groups:
        quoted = [quote(word) for word in group]
        if None in quoted:
            return None
        words.append(" ".join(quoted))
    if line_end is None:
        return " ".join([program, *words])
    return program + " " + (" " + line_end + between).join(words)


def styles(arguments):
    groups = pieces(arguments)
    long = [[LONG.get(group[0], group[0]), *group[1:]] for group in groups]
    flat = lambda groups: [word for group in groups for word in group]
    url = next(group for group in groups if len(group) == 1 and group[0].startswith("{url}"))
    two = any(group == ["--next"] for group in groups)
    first = groups if two else [url, *[group for group in groups if group is not url]]
    yield "bash", "one line", joined("curl", groups, posix_single, None), flat(groups), False
    yield "bash", "lines", joined("$ curl", groups, posix_double, "\\"), flat(groups), False
    yield "bash", "backslashes", joined("curl", groups, posix_backslash, None), flat(groups), False
    yield "bash", "Chromium (bash)", joined("curl", first, lambda w: w if w.startswith("-") and w in OPTION_WITH_VALUE or re.fullmatch("--?[A-Za-z-]+", w) else chromium_posix(w), "\\"), flat(first), False
    yield "cmd", "Chromium (cmd)", joined("curl", first, lambda w: w if re.fullmatch("--?[A-Za-z-]+", w) else chromium_cmd(w), "^"), flat(first), True
    yield "cmd", "typed", joined("curl", groups, cmd, None), flat(groups), True
    yield "bat", "batch file", joined("@curl", groups, lambda w: cmd(w, True), "^"), flat(groups), True
    yield "powershell", "PowerShell 5", joined("curl.exe", groups, ps5, "`"), flat(groups), True
    yield "powershell", "PowerShell 7", joined("curl.exe", groups, ps7, None), flat(groups), True
    yield "powershell", "PowerShell, double quotes", joined("curl.exe", groups, ps7_double, None), flat(groups), True
    if not two:
        head = [["--location"], ["--request", "GET"]] if len(groups) == 1 else [["--location"]]
        rest = [group for group in long if group != url and group != ["--location"]]
        postman = [*head, url, *rest]
        yield "bash", "Postman", joined("curl", postman, lambda w: w if re.fullmatch("--?[A-Za-z-]+|[A-Z]+", w) else "'" + w.replace("'", "'\\''") + "'", "\\", "\n"), flat(postman), False
        insomnia = [*rest[:1], ["--url", url[0]], *rest[1:]]
        yield "bash", "Insomnia", joined("curl", insomnia, posix_single, "\\"), flat(insomnia), False


REFUSED = [
    ("bash", 'curl -H "Authorization: Bearer $TOKEN" {url}/me', "TOKEN"),
    ("bash", 'curl -u "${API_USER}:x" {url}/me', "API_USER"),
    ("bash", "curl -d \"at=$(date +%s)\" {url}/calls", "$("),
    ("bash", "curl -d \"host=`hostname`\" {url}/calls", "`"),
    ("bash", "curl -s {url}/me | jq .id", "|"),
    ("bash", "curl -s {url}/me > out.json", ">"),
    ("bash", "curl -s {url}/me >/dev/null 2>&1 &", ">"),
    ("bash", "curl {url}/find?a=1&b=2", "&"),
    ("bash", "curl {url}/one && curl {url}/two", "&&"),
    ("bash", "curl {url}/one; echo done", ";"),
    ("bash", "curl {url}/calls <<EOF\n{\"a\":1}\nEOF", "<<"),
    ("bash", "curl -X POST \\\n  # the caller\n  -d n=1 {url}/calls", "#"),
    ("bash", "curl -T ~/call.json {url}/calls", "~"),
    ("bash", "curl —json x {url}/calls", "U+2014"),
    ("bash", "curl “{url}/calls”", "U+201C"),
    ("bash", "curl -d ‘n=1’ {url}/calls", "U+2018"),
    ("bash", "curl -s\u00a0{url}/calls", "U+00A0"),
    ("bash", "curl -d \"$1\" {url}/calls", "$1"),
    ("bash", "curl -d 'a'$(id)'b' {url}/calls", "$("),
    ("bash", "curl {url}/calls\nrm -f x", "rm"),
    ("bash", "curl -d 'open {url}/calls", "not closed"),
    ("cmd", 'curl -H "Authorization: Bearer %TOKEN%" {url}/me', "%TOKEN%"),
    ("cmd", "curl {url}/find?a=1&b=2", "&"),
    ("cmd", "curl {url}/me >nul 2>&1", ">"),
    ("cmd", "curl {url}/me | findstr id", "|"),
    ("cmd", "curl {url}/me\r\nif errorlevel 1 exit /b 1", "if"),
    ("cmd", 'curl -d "%DATA%" {url}/me', "%DATA%"),
    ("bat", 'curl -u "%USER%:%PASS%" {url}/me', "%USER%"),
    ("bat", "curl -s {url}/me >nul", ">"),
    ("bat", 'curl -d "n=%NR%" {url}/calls', "%NR%"),
    ("powershell", 'curl.exe -H "Authorization: Bearer $token" {url}/me', "token"),
    ("powershell", 'curl.exe -H "X: $env:API_KEY" {url}/me', "env"),
    ("powershell", 'curl.exe -d "$(Get-Date)" {url}/calls', "$("),
    ("powershell", "curl.exe {url}/me | ConvertFrom-Json", "|"),
    ("powershell", 'curl.exe --% -H "X: %KEY%" {url}/me', "KEY"),
    ("powershell", "curl.exe -d '{\\\"a\\\":\"b\"}' {url}/calls", '\\"'),
    ("bash", "curl --ntlm -u a:b {url}/me", "--ntlm"),
    ("bash", "curl --negotiate -u : {url}/me", "--negotiate"),
    ("bash", "curl --no-such-option {url}/me", "--no-such-option"),
    ("bash", "curl -K settings.txt {url}/me", "-K"),
    ("bash", "curl --netrc {url}/me", "--netrc"),
    ("bash", "curl ftp://files.example/x", "ftp"),
    ("bash", "curl -H", "-H"),
    ("bash", "curl -s", "URL"),
    ("bash", "curl http://$ANumber.example/", "ANumber"),
    ("bash", "curl -d '{\"n\":\"'$NR'\"}' {url}/calls", "NR"),
]

# Where Wine's command prompt is not that of Windows, and why; `cmd.rs` asks it.
WINE = {
    "json lines: Chromium (cmd)": "of the line break behind `^` and an empty line Wine keeps the carriage return, Windows the line feed",
}

for name, arguments in REQUESTS.items():
    for shell, style, line, given, derived in styles(arguments):
        if line is not None:
            entry = {"name": f"{name}: {style}", "shell": shell, "line": line, "arguments": given}
            if derived:
                entry["derived"] = True
            if entry["name"] in WINE:
                entry["wine"] = WINE[entry["name"]]
            print(json.dumps(entry, ensure_ascii=False))
for shell, line, word in REFUSED:
    print(json.dumps({"name": f"refused: {word}", "shell": shell, "line": line, "refused": word}, ensure_ascii=False))
