# shellcheck shell=bash disable=SC2154
# Sets up what Overplay needs, once: sourced by ./run and ./check, which set `root` to the checkout.
#
# Stamps in .venv say what is done, so that a later start costs a few file reads and no other program:
#   .made-for     the checkout that the environment was made for
#   .ready-KIND   the Python packages: the checkout's path, pyproject.toml and this file as they were then
#   .system-KIND  the system's libraries were all found
# KIND is `product` or `test` (which is the product and more).

venv="$root/.venv"
torch="torch==2.13.0" # installed first: a bare `torch` may bring gigabytes of another build

say() { printf '%s\n' "$*" >&2; }

# soname or program, and the Debian package that has it. Qt's xcb, Wayland and offscreen plugins, GL, and the sound
# systems that SDL looks for; all other libraries come with these or with the Python packages.
product_libraries="
libEGL.so.1 libegl1
libGL.so.1 libgl1
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libdbus-1.so.3 libdbus-1-3
libgssapi_krb5.so.2 libgssapi-krb5-2
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libX11-xcb.so.1 libx11-xcb1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-glx.so.0 libxcb-glx0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-xkb.so.1 libxcb-xkb1
libwayland-cursor.so.0 libwayland-cursor0
libwayland-egl.so.1 libwayland-egl1
libpulse.so.0 libpulse0
libasound.so.2 libasound2
"
test_programs="
Xvfb xvfb
xdotool xdotool
pulseaudio pulseaudio
import imagemagick
"

# Prints the Debian packages that are missing for KIND, one a line.
missing_packages() {
    local kind=$1 known name package fonts
    known=$(/sbin/ldconfig -p 2>/dev/null || true)
    while read -r name package; do
        [[ -z $name || $known == *"	$name "* ]] || printf '%s\n' "$package"
    done <<<"$product_libraries"
    shopt -s nullglob
    fonts=(/usr/share/fonts/*/*/*.[to]tf /usr/share/fonts/*/*.[to]tf ~/.local/share/fonts/*.[to]tf ~/.fonts/*.[to]tf)
    shopt -u nullglob
    ((${#fonts[@]})) || printf '%s\n' fonts-dejavu-core
    if [[ -z ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]] && ! command -v Xvfb >/dev/null; then
        printf '%s\n' xvfb
    fi
    if [[ $kind == test ]]; then
        while read -r name package; do
            [[ -z $name ]] || command -v "$name" >/dev/null || printf '%s\n' "$package"
        done <<<"$test_programs"
    fi
}

# Sets `names` to what the packages are called here: since Debian 13 some end in t64.
name_packages() {
    local name
    names=()
    for name in "$@"; do
        if apt-cache show --no-all-versions "${name}t64" >/dev/null 2>&1; then
            name+=t64
        fi
        names+=("$name")
    done
}

# Installs Debian packages as root; otherwise prints the one line that does, and fails.
install_packages() {
    local names log status=0
    if ! command -v apt-get >/dev/null; then
        say "setup: please install what is called in Debian: $*"
        return 1
    fi
    if ((EUID != 0)); then
        say "setup: system packages are missing; please run:"
        name_packages "$@"
        say "sudo apt-get install ${names[*]}"
        return 1
    fi
    say "setup: installing $*"
    log=$(mktemp)
    {
        apt-get update -q || true # one repository that is away does not matter when the others have it
        name_packages "$@"
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${names[@]}"
    } >"$log" 2>&1 </dev/null || status=$?
    ((status == 0)) || tail -n 20 "$log" >&2
    rm -f "$log"
    return "$status"
}

# Sets `python` to an interpreter that is new enough, or fails.
find_python() {
    local name
    for name in python3 python3.11 python3.12 python3.13 python3.14; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            python=$name
            return 0
        fi
    done
    say "setup: Python 3.11 or later is needed"
    return 1
}

# True when .venv works and was made here: its programs know it by its full path, so a moved one is made anew.
has_environment() {
    [[ -e $venv/.made-for && $(<"$venv/.made-for") == "$root" ]] &&
        "$venv/bin/python" -m pip --version >/dev/null 2>&1
}

# The Python side for KIND: the environment, torch, the project in place.
setup_python() {
    local kind=$1 target="${root}[train]"
    [[ $kind == product ]] || target="${root}[test]"
    if ! has_environment; then
        say "setup: creating .venv"
        "$python" -m venv --clear "$venv" || return 1
        printf '%s\n' "$root" >"$venv/.made-for"
    fi
    say "setup: installing the Python packages"
    if ! "$venv/bin/python" -c 'import importlib.util as u, sys; sys.exit(u.find_spec("torch") is None)'; then
        "$venv/bin/python" -m pip install -qq "$torch" </dev/null || return 1
    fi
    "$venv/bin/python" -m pip install -qq --editable "$target" </dev/null || return 1
    unpack_signatures
}

# PySide6 keeps a dozen modules of its own in Python as source within a library, and compiles them anew at every start:
# 25 ms. Its own switch for that (SBK_EMBED) lays them beside the library, where Python keeps them compiled. First those
# of a former version go. One of them writes type stubs and nothing else, and its two large expressions take another
# 8 ms: it stays, but is no longer loaded with the rest.
unpack_signatures() {
    local value unpacked
    for value in 1 0; do
        SBK_EMBED=$value "$venv/bin/python" -c 'import PySide6.QtCore' 2>/dev/null || true
    done
    for unpacked in "$venv"/lib/python3*/site-packages/shiboken6/files.dir; do
        sed -i '/pyi_generator/d' "$unpacked/shibokensupport/signature/loader.py" 2>/dev/null || true
        "$venv/bin/python" -m compileall -q "$unpacked" >/dev/null || true
    done
}

# Everything for KIND. Ends the script with status 2 when nothing can run; a missing library of the system is told and
# no more, because much works without it, and is looked for again at the next start.
setup() {
    local kind=$1 wanted ready=no system=no missing=()
    wanted="$root"$'\n'"$(<"$root/pyproject.toml")$(<"$root/.setup.sh")"
    [[ -e $venv/.ready-$kind && $(<"$venv/.ready-$kind") == "$wanted" ]] && ready=yes
    [[ $ready == yes && -e $venv/.system-$kind ]] && return 0

    [[ $OSTYPE != linux* ]] || mapfile -t missing < <(missing_packages "$kind" | sort -u)
    if [[ $ready == no ]] && ! has_environment; then
        find_python || exit 2
        "$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=("$python-venv")
    fi
    if ((${#missing[@]} == 0)) || install_packages "${missing[@]}"; then
        system=yes
    elif [[ ${missing[-1]} == python*-venv ]]; then
        exit 2
    fi
    if [[ $ready == no ]]; then
        rm -f "$venv"/.ready-* "$venv"/.system-*
        setup_python "$kind" || exit 2
        printf '%s\n' "$wanted" >"$venv/.ready-$kind"
        [[ $kind == product ]] || printf '%s\n' "$wanted" >"$venv/.ready-product"
    fi
    if [[ $system == yes ]]; then
        : >"$venv/.system-$kind"
        [[ $kind == product ]] || : >"$venv/.system-product"
    fi
}
