"""One command makes the package; what it installs works, and nothing of it is left when it is purged."""

import gzip
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time

import pytest

from support.berth import binary
from tools import output_of

FILES = {
    "./usr/bin/berth": "-rwxr-xr-x",
    "./lib/systemd/system/berth.service": "-rw-r--r--",
    "./lib/systemd/system/berth.socket": "-rw-r--r--",
    "./usr/lib/sysusers.d/berth.conf": "-rw-r--r--",
    "./etc/berth/berth.yaml": "-rw-r--r--",
    "./usr/share/doc/berth/install.md": "-rw-r--r--",
    "./usr/share/doc/berth/copyright": "-rw-r--r--",
    "./usr/share/doc/berth/changelog.gz": "-rw-r--r--",
    "./usr/share/doc/berth/examples/berth.yaml": "-rw-r--r--",
    "./usr/share/man/man1/berth.1.gz": "-rw-r--r--",
    "./usr/share/bash-completion/completions/berth": "-rw-r--r--",
    "./usr/share/zsh/vendor-completions/_berth": "-rw-r--r--",
    "./usr/share/fish/vendor_completions.d/berth.fish": "-rw-r--r--",
}


@pytest.fixture
def package(deploy, workplace):
    return built(deploy, workplace.directory / "out")


def built(deploy, directory):
    # Debug programs are large: not compressed, the package is made in a second.
    environment = {**os.environ, "DPKG_DEB_COMPRESSOR_TYPE": "none"}
    output_of(deploy / "debian/build", "--program", binary(), "--output", directory, env=environment)
    (package,) = directory.glob("berth_*.deb")
    return package


def test_what_is_in_it(package):
    listed = {}
    for line in output_of("dpkg-deb", "--contents", package).splitlines():
        mode, owner, *_, name = line.split()
        listed[name] = mode
        assert owner == "root/root", line
    assert FILES.items() <= listed.items()
    control = output_of("dpkg-deb", "--field", package)
    assert re.search(r"^Depends: .*liblmdb0.*libssl3", control, re.MULTILINE)
    assert "@" not in control.replace("berth@localhost", ""), "every placeholder is filled"


def test_links_lead_to_what_the_package_has(package, workplace):
    root = workplace.directory / "root"
    output_of("dpkg-deb", "--extract", package, root)
    folder = root / "usr/share/doc/berth"
    pages = list(folder.glob("*.md"))
    assert folder / "README.md" in pages
    for page in pages:
        for target in re.findall(r"\]\((examples/[\w.-]+|(?!CONTRIBUTING)[\w.-]+\.md)", page.read_text()):
            assert (folder / target).exists(), f"{page.name}: {target}"
        assert "](docs/" not in page.read_text() and "](../config/" not in page.read_text()


def test_the_program_is_stripped(package, workplace):
    root = workplace.directory / "root"
    output_of("dpkg-deb", "--extract", package, root)
    assert ".symtab" not in output_of("readelf", "--sections", "--wide", root / "usr/bin/berth")


def test_the_manual_page_has_each_command(package, workplace):
    root = workplace.directory / "root"
    output_of("dpkg-deb", "--extract", package, root)
    page = gzip.decompress((root / "usr/share/man/man1/berth.1.gz").read_bytes()).decode()
    commands = re.findall(r"^  (\w[\w-]*)  ", output_of(binary(), "--help").split("SUBCOMMANDS:")[1], re.MULTILINE)
    assert len(commands) > 10
    for command in commands:
        assert f"\n.SS berth {command}\n".replace("-", r"\-") in page, command
    for request in re.findall(r"^\.(\w+)", page, re.MULTILINE):
        assert request in ("TH", "SH", "SS", "TP", "PP", "I")


@pytest.mark.skipif(shutil.which("lintian") is None, reason="lintian is not installed")
def test_lintian_has_nothing_new_to_say(package):
    printed = subprocess.run(["lintian", "--allow-root", package], capture_output=True, text=True, timeout=300).stdout
    # What is true of the program under test alone: it is not linked for release, and not compressed here.
    of_tests = ("custom-library-search-path", "uses-no-compression-for")
    assert [line for line in printed.splitlines() if not any(tag in line for tag in of_tests)] == []


@pytest.mark.parametrize(
    "typed, completed",
    [("berth serv\t", "berth serve"), ("berth check ./one-\t", "./one-file.yaml"), ("berth serve --config ./one-\t", "./one-file.yaml")],
)
def test_tab_completes_commands_and_files(package, workplace, typed, completed):
    """As people have it: an interactive bash at a terminal, with the completions that the package installs."""
    root = workplace.directory / "root"
    output_of("dpkg-deb", "--extract", package, root)
    (workplace.directory / "one-file.yaml").write_text("")
    script = root / "usr/share/bash-completion/completions/berth"
    shell, terminal = pty.fork()
    if shell == 0:
        os.chdir(workplace.directory)
        os.execvpe("bash", ["bash", "--norc", "-i"], {**os.environ, "PS1": "> ", "TERM": "dumb", "INPUTRC": "/dev/null"})
    try:
        os.write(terminal, f"PATH={root}/usr/bin:$PATH; . {script}; echo rea''dy\n".encode())
        read_until(terminal, b"\nready")
        os.write(terminal, typed.encode())
        read_until(terminal, completed.encode())
    finally:
        os.kill(shell, signal.SIGKILL)
        os.waitpid(shell, 0)
        os.close(terminal)


def read_until(terminal, text):
    """Reads what a terminal shows until that is in it."""
    seen, deadline = b"", time.monotonic() + 20
    while text not in seen.replace(b"\r", b""):
        assert time.monotonic() < deadline, seen
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096)


def test_equal_sources_give_equal_packages(deploy, package, workplace):
    assert built(deploy, workplace.directory / "again").read_bytes() == package.read_bytes()


def test_what_it_installs_works(package, workplace):
    root = workplace.directory / "root"
    output_of("dpkg-deb", "--extract", package, root)
    berth, config = root / "usr/bin/berth", root / "etc/berth/berth.yaml"
    shown = output_of(berth, "check", "--config", config)
    assert "path: /var/lib/berth" in shown and "127.0.0.1:5001" in shown
    assert "_berth" in (root / "usr/share/bash-completion/completions/berth").read_text()


# In a copy of this machine that is thrown away: an overlay over / in a mount namespace of its own.
IN_A_COPY = """
set -eu
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount --bind /proc "$1/root/proc"
mount --bind /dev "$1/root/dev"
cp "$2" "$1/root/berth.deb"
chroot "$1/root" sh -eu -c '
  dpkg --force-depends --install /berth.deb
  stat --format="%U:%G %a" /etc/berth/berth.yaml
  getent passwd berth
  dpkg --purge berth
  ! test -e /etc/berth/berth.yaml
  ! test -e /usr/bin/berth
'
"""


def test_installing_and_purging(package, workplace):
    directory = workplace.directory / "copy"
    directory.mkdir()
    printed = output_of("unshare", "--mount", "sh", "-c", IN_A_COPY, "copy", directory, package)
    assert "root:berth 640" in printed
    assert re.search(r"^berth:.*:/var/lib/berth:", printed, re.MULTILINE)


@pytest.mark.parametrize("script", ["postinst", "prerm", "postrm", "build"])
def test_scripts_are_shell(deploy, script):
    path = deploy / "debian" / script
    shell = path.read_text().splitlines()[0].removeprefix("#!").split()[-1].rsplit("/", 1)[-1]
    assert subprocess.run([shell, "-n", path]).returncode == 0
