"""Berth listens at several addresses at once, plain and TLS, IPv4, IPv6 and a Unix socket, and serves the same store on
each."""

import socket
import ssl

from support import images
from support.certificates import Authority
from support.http import exchange
from support.service import free_port

IMAGE = images.single("l03")


def test_all_serve(workplace, start_berth, upstream):
    upstream.push(IMAGE, "library/app", "1")
    authority = Authority(workplace.directory)
    certificate = authority.issue("127.0.0.1")
    plain, encrypted, six = free_port(), free_port(), free_port()
    path = workplace.directory / "berth.sock"
    tls = {"certificate": str(certificate.path), "key": str(certificate.key_path)}
    start_berth(
        {"docker.io": {"endpoints": [upstream.url]}},
        listen=[
            f"127.0.0.1:{plain}",
            {"address": f"127.0.0.1:{encrypted}", "tls": tls},
            f"[::1]:{six}",
            f"unix:{path}",
        ],
    )
    target = "/v2/app/manifests/1"
    context = ssl.create_default_context(cafile=str(authority.path))
    assert exchange(("127.0.0.1", plain), "GET", target).body == IMAGE.manifest.data
    assert exchange(("127.0.0.1", encrypted), "GET", target, tls=context).body == IMAGE.manifest.data
    assert exchange(("::1", six), "GET", target, [("Host", "localhost")]).body == IMAGE.manifest.data
    with socket.socket(socket.AF_UNIX) as local:
        local.settimeout(5)
        local.connect(str(path))
        local.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := local.recv(65536):
            answer += piece
    assert answer.endswith(b"\r\n\r\n" + IMAGE.manifest.data)
    assert upstream.gets(IMAGE.digest) == 1
