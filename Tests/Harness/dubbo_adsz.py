"""How a dubbo-go consumer finds where an interface is served: istiod's list of its clients."""

import json
import time
import urllib.request

TRIES, PAUSE = 31, 0.1


def providers(server: str) -> dict[str, str]:
    """`providers:<interface>:<version>:<group>` to `host:port`, of all clients together."""
    request = urllib.request.Request(
        f"{server}/debug/adsz", headers={"Authorization": "Bearer anything"}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        clients = json.load(answer)["clients"]
    found = {}
    for client in clients:
        text = client.get("metadata", {}).get("LABELS", {}).get("DUBBO_GO", "")
        if text:
            found.update(json.loads(text))
    return found


def provider_address(server: str, interface: str) -> str:
    """`host:port` of an interface; it is asked for 31 times, then never again."""
    key = f"providers:{interface}::"
    for _ in range(TRIES):
        found = providers(server)
        if key in found:
            return found[key]
        time.sleep(PAUSE)
    raise AssertionError(f"{key} is not among {found}")
