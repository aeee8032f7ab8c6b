# shellcheck shell=bash
# Sourced by deploy/up and Tests/run: says what they do, and installs what is missing from Debian's packages.

say() { printf '==> %s\n' "$*"; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# What Berth is built with; Swift itself comes from swift.org. Each entry: package, and what it gives (is_present).
BUILD_PACKAGES=(
  "ca-certificates /etc/ssl/certs/ca-certificates.crt"
  "git git"
  "pkg-config pkg-config"
  "libcrypt-dev /usr/include/crypt.h"
  "liblmdb-dev /usr/include/lmdb.h"
  "libssl-dev /usr/include/openssl/evp.h"
  "zlib1g-dev /usr/include/zlib.h"
)

is_present() { # a file, a module of Python, or a command
  case $1 in
    python:*) python3 -c "import ${1#python:}" 2>/dev/null ;;
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] ;;
  esac
}

# ensure_packages "PACKAGE PROBE"…: installs each package whose probe is missing. Services are not started.
ensure_packages() {
  local entry package probe missing=() root=()
  for entry in "$@"; do
    read -r package probe <<<"$entry"
    is_present "$probe" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "these are missing, and there is no apt-get to install them: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "run as root, or first: apt-get install --no-install-recommends ${missing[*]}"
    root=(sudo)
  fi
  say "Installing from Debian's packages: ${missing[*]}"
  local log
  log=$(mktemp)
  # Debian starts a service that it installs: docker-registry would take port 5000. policy-rc.d keeps it from that.
  if ! "${root[@]}" env DEBIAN_FRONTEND=noninteractive sh -eu -c '
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
      trap "rm -f $policy" EXIT
      printf "#!/bin/sh\nexit 101\n" >"$policy"
      chmod +x "$policy"
    fi
    apt-get update
    apt-get install --yes --no-install-recommends "$@"
    for package in "$@"; do
      case $package in docker-registry) systemctl disable docker-registry 2>/dev/null || true ;; esac
    done
  ' install "${missing[@]}" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "apt-get could not install ${missing[*]}; all of its output is in $log"
  fi
  rm -f "$log"
  for entry in "$@"; do
    read -r package probe <<<"$entry"
    is_present "$probe" || fail "package $package is installed, but $probe is not there"
  done
}

# Builds Berth for release, with what is missing for that, and sets `program` to it. Swift's own libraries are part of the
# program: it runs where there is no Swift, and needs less memory.
build_release() {
  ensure_swift
  ensure_packages "${BUILD_PACKAGES[@]}"
  say "Building Berth for release (the first time takes some minutes)"
  local flags=(--configuration release --product berth --static-swift-stdlib)
  swift build "${flags[@]}" || return
  program=$(swift build "${flags[@]}" --show-bin-path)/berth
}

# Swift 6.2 or later, with its package manager, must be on the PATH.
ensure_swift() {
  command -v swift >/dev/null || fail "swift is not on the PATH: install Swift 6.2 or later from swift.org"
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  [ "$(printf '%s\n6.2\n' "${version:-0}" | sort -V | head -n 1)" = 6.2 ] ||
    fail "Swift 6.2 or later is needed; this is ${version:-of unknown version}"
}
