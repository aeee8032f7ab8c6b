"""skopeo, podman and buildah: one library, one registries.conf with mirrors by path prefix, as their users write it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from support.images import Content, Image

from .engine import Engine, Reference, check_unpacked
from .isolation import isolated, require


class ContainersImageEngine(Engine):
    """The common part: registries.conf and policy.json mounted where the library looks for them."""

    #: `pull-from-mirror` and its like are left at their defaults.
    def registries_conf(self) -> str:
        sections = []
        for registry in self.registries:
            sections.append(
                f'[[registry]]\nprefix = "{registry}"\nlocation = "{registry}"\n'
                f'[[registry.mirror]]\nlocation = "127.0.0.1:{self.mirror_port}/{registry}"\ninsecure = true\n'
            )
        return 'unqualified-search-registries = ["docker.io"]\n' + "\n".join(sections)

    def isolated(self, command: list[str]) -> list[str]:
        registries, policy = self.directory / "registries.conf", self.directory / "policy.json"
        registries.write_text(self.registries_conf())
        policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
        binds = {registries: "/etc/containers/registries.conf", policy: "/etc/containers/policy.json"}
        return isolated(self.directory, command, binds)


def platform_options(platform: str, prefix: str = "") -> list[str]:
    """`--os linux --arch arm64 --variant v8`, with `--override-` for skopeo."""
    names = [f"--{prefix}os", f"--{prefix}arch", f"--{prefix}variant"]
    return [part for name, value in zip(names, platform.split("/"), strict=False) for part in (name, value)]


class Skopeo(ContainersImageEngine):
    """`skopeo copy` into a directory, which keeps manifest and blobs as they came."""

    def __init__(self, directory: Path, mirror_port: int):
        super().__init__(directory, mirror_port)
        self.program = require("skopeo", "skopeo")

    def target(self, reference: Reference) -> Path:
        return self.storage / hashlib.sha256(str(reference).encode()).hexdigest()[:12]

    def pull(self, reference: Reference, platform: str) -> None:
        self.copy(reference, platform_options(platform, "override-"))

    def pull_all(self, reference: Reference) -> None:
        """Index and every platform, `copy --all`."""
        self.copy(reference, [], "--all")

    def copy(self, reference: Reference, general: list[str], *options: str) -> None:
        shutil.rmtree(self.target(reference), ignore_errors=True)
        self.storage.mkdir(exist_ok=True)
        self.run(
            self.isolated(
                [self.program, *general, "copy", *options, f"docker://{reference}", f"dir:{self.target(reference)}"]
            )
        )

    def inspect_raw(self, reference: Reference) -> bytes:
        """The topmost manifest, as it is."""
        return self.run(self.isolated([self.program, "inspect", "--raw", f"docker://{reference}"])).encode()

    def list_tags(self, registry: str, repository: str) -> list[str]:
        """The mirror is named outright: skopeo 1.9 asks no mirrors for tag lists."""
        where = f"docker://127.0.0.1:{self.mirror_port}/{registry}/{repository}"
        printed = self.run(self.isolated([self.program, "list-tags", "--tls-verify=false", where]))
        return json.loads(printed)["Tags"]

    def check(self, reference: Reference, image: Image) -> None:
        assert (self.target(reference) / "manifest.json").read_bytes() == image.manifest.data
        self.check_contents(reference, image.blobs)

    def check_contents(self, reference: Reference, contents: tuple[Content, ...]) -> None:
        for content in contents:
            found = self.target(reference) / content.digest.removeprefix("sha256:")
            if not found.exists():
                found = found.with_name(found.name + ".manifest.json")
            assert found.read_bytes() == content.data, content.digest


class Podman(ContainersImageEngine):
    """podman with the vfs driver, which unpacks the layers."""

    def __init__(self, directory: Path, mirror_port: int):
        super().__init__(directory, mirror_port)
        self.program = require("podman", "podman")

    def podman(self, *arguments: str) -> str:
        general = ["--root", f"{self.storage}/root", "--runroot", f"{self.storage}/run", "--storage-driver", "vfs"]
        general += ["--cgroup-manager", "cgroupfs", "--events-backend", "none"]
        return self.run(self.isolated([self.program, *general, *arguments]))

    def pull(self, reference: Reference, platform: str) -> None:
        self.podman("pull", "--quiet", *platform_options(platform), str(reference))

    def check(self, reference: Reference, image: Image) -> None:
        (seen,) = json.loads(self.podman("image", "inspect", str(reference)))
        assert "sha256:" + seen["Id"] == image.config.digest
        assert seen["RootFS"]["Layers"] == image.diff_ids
        check_unpacked(self.storage / "root" / "vfs" / "dir", image)


class Buildah(ContainersImageEngine):
    """`buildah pull`, the vfs driver again."""

    def __init__(self, directory: Path, mirror_port: int):
        super().__init__(directory, mirror_port)
        self.program = require("buildah", "buildah")

    def buildah(self, *arguments: str) -> str:
        general = ["--root", f"{self.storage}/root", "--runroot", f"{self.storage}/run", "--storage-driver", "vfs"]
        return self.run(self.isolated([self.program, *general, *arguments]))

    def pull(self, reference: Reference, platform: str) -> None:
        self.buildah("pull", "--quiet", *platform_options(platform), str(reference))

    def check(self, reference: Reference, image: Image) -> None:
        seen = json.loads(self.buildah("inspect", "--type", "image", str(reference)))
        assert seen["FromImageID"] == image.config.digest.removeprefix("sha256:")
        assert seen["OCIv1"]["rootfs"]["diff_ids"] == image.diff_ids
        check_unpacked(self.storage / "root" / "vfs" / "dir", image)
