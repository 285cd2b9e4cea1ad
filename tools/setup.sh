#!/bin/sh
# The set-up behind `make run` and `make test`.
#
#     tools/setup.sh system run|test     Debian and Ubuntu packages, where some are missing and may be installed
#     tools/setup.sh python run|test     .venv and the Python packages in it, by tools/install.py
#
# A finished step leaves a file in .venv (run.system, run.stamp, …), so that make does not repeat it.
set -eu

step=$1 purpose=$2
python=${PYTHON:-python3}
venv=.venv

# a|b: either will do, under whichever name this release has it
run_packages="libx11-6 libgl1 libegl1 libxcb-render0 libglib2.0-0t64|libglib2.0-0"
test_packages="xvfb xdotool imagemagick x11-xserver-utils ffmpeg chromium"

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

python_version() { "$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }

check_python() {
    command -v "$python" >/dev/null || fail "there is no $python here; install Python 3.11 or newer, or name one: make $purpose PYTHON=python3.12"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Python 3.11 or newer is needed, $python is $(python_version); name another: make $purpose PYTHON=python3.12"
}

is_installed() { # a package, or one of several joined by |
    for name in $(echo "$1" | tr '|' ' '); do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] && return
    done
    return 1
}

name_here() { # of several names joined by |, the first that this release has, else the last
    for name in $(echo "$1" | tr '|' ' '); do
        apt-cache show --no-all-versions "$name" >/dev/null 2>&1 && break
    done
    echo "$name"
}

missing_packages() {
    wanted=$run_packages
    [ "$purpose" = test ] && wanted="$wanted $test_packages"
    for package in $wanted; do
        is_installed "$package" || name_here "$package"
    done
    "$python" -c 'import ensurepip' 2>/dev/null || echo "python$(python_version)-venv"
}

may_install() { # sets $sudo
    sudo=
    [ "$(id -u)" = 0 ] && return
    sudo=sudo
    command -v sudo >/dev/null && sudo -n true 2>/dev/null
}

install_packages() { # no question is asked, and recommended packages are left out
    {
        $sudo apt-get update -qq &&
            # shellcheck disable=SC2046  # a list of names
            $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $(missing_packages)
    } >$venv/apt.log 2>&1
}

set_up_system() {
    mkdir -p $venv
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "note: no apt here, so system packages are left alone; OpenGL 3.3 comes with the graphics driver"
        touch $venv/"$purpose".system
        return
    fi
    missing=$(missing_packages | xargs)
    if [ -n "$missing" ] && may_install; then
        say "installing system packages: $missing"
        install_packages || say "warning: apt-get failed. The end of $venv/apt.log:
$(tail -n 5 $venv/apt.log)"
        missing=$(missing_packages | xargs)
    fi
    if [ -z "$missing" ]; then
        touch $venv/"$purpose".system
        return
    fi
    say "warning: system packages are missing, and installing them needs root or sudo without a password. To install them:"
    say "    sudo apt-get update && sudo apt-get install --no-install-recommends $missing"
}

set_up_python() {
    "$python" -c 'import ensurepip' 2>/dev/null ||
        fail "$python cannot make a virtual environment without the package python$(python_version)-venv"
    "$python" tools/install.py "$purpose"
    touch $venv/"$purpose".stamp
    [ "$purpose" = run ] || touch $venv/run.stamp
}

check_python
"set_up_$step"
