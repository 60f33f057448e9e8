# shellcheck shell=bash disable=SC2154 # deploy-mode2.sh sets what is used here
# What every part uses: words for people, questions, JSON.

say() { printf '\n→ %s\n' "$*"; }
note() { printf '  %s\n' "$*"; }
fail() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

# Whether somebody can be asked.
asks() { [ "$yes" = no ] && [ -t 0 ]; }

confirm() {
  [ "$yes" = yes ] && return
  [ -t 0 ] || fail "Nobody can be asked here: give --yes."
  local answer
  read -r -p "$1 [y/N] " answer
  case $answer in [yY]*) ;; *) fail "Stopped; nothing was changed." ;; esac
}

# One value of the JSON in standard input: `field computingUnit.id`. Empty where it is missing.
field() {
  node -e '
    let json;
    try { json = JSON.parse(require("fs").readFileSync(0, "utf8")); } catch { process.exit(1); }
    const value = process.argv[1].split(".").reduce((at, name) => at?.[name], json);
    if (value !== undefined && value !== null) process.stdout.write(String(value));' "$1"
}

# JSON of names and values: `object mode mode2 region eu-central-1`.
object() {
  node -e '
    const words = process.argv.slice(1);
    const pairs = words.flatMap((name, at) => at % 2 || words[at + 1] === "" ? [] : [[name, words[at + 1]]]);
    process.stdout.write(JSON.stringify(Object.fromEntries(pairs)));' -- "$@"
}
