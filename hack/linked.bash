# For scripts to source: what a program is linked with, on Debian.

# libraries_of PROGRAM: the libraries that it needs, the loader included, by the names that it looks for.
libraries_of() {
  local needed
  needed=$(ldd "$1")
  if grep 'not found' <<<"$needed" >&2; then return 1; fi
  sed -n 's|^.* => \(/[^ ]*\) .*|\1|p; s|^[[:space:]]*\(/[^ ]*\) .*|\1|p' <<<"$needed" | sort -u
}

# packages_of LIBRARY...: the packages that brought them. They know a file of theirs by its path in /lib or in /usr/lib; both are one.
packages_of() {
  local paths owned
  paths=$(realpath "$@")
  mapfile -t paths <<<"$paths"
  owned=$(dpkg-query --search "${paths[@]}" "${paths[@]/#\/usr\/lib/\/lib}" 2>/dev/null || true)
  [ "$(wc -l <<<"$owned")" -eq $# ] || { echo "not each of these is of one package: $*" >&2; return 1; }
  cut -d: -f1 <<<"$owned" | sort -u
}
