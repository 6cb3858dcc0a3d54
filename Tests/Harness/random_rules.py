"""Random rules, and random calls that nearly meet them; the same for the same seed.

Each text that a condition may want comes with texts that meet it and texts that nearly do.
"""

import dataclasses
import random
import re

from mesh import ISTIO, resource, service

# A StringMatch for a header or a query parameter, what meets it, and what nearly does.
TEXTS = [
    ({"exact": "admin"}, ["admin"], ["Admin", "admin2", "adm", "", "admin,admin", "admin%20"]),
    ({"exact": "v2"}, ["v2"], ["V2", "v", "v2.0", ""]),
    ({"exact": "a b"}, ["a b"], ["a+b", "a%20b", "ab"]),
    ({"exact": "x,y"}, ["x,y"], ["x, y", "x", "y"]),
    ({"prefix": "adm"}, ["adm", "admin", "adm,x"], ["ad", "Adm", "", "xadm"]),
    ({"prefix": "v"}, ["v", "v1", "v2"], ["V1", "", "1v"]),
    ({"prefix": "1."}, ["1.", "1.0"], ["1", "10", ""]),
    ({"regex": "a.*n"}, ["an", "admin", "a,n", "aXn"], ["admins", "A.n", "", "na"]),
    ({"regex": "v[0-9]+"}, ["v1", "v20"], ["v", "v1.0", "V1", "xv1", ""]),
    ({"regex": "(?i)canary|beta"}, ["canary", "CANARY", "Beta"], ["canar", "betas", ""]),
    ({"regex": r"\d{2,3}"}, ["12", "123"], ["1", "1234", "ab", "12,12"]),
    ({"regex": r"[^,]+"}, ["x", "a b"], ["x,y", ""]),
    ({"regex": "x?"}, ["x", ""], ["xx", "y"]),
    ({"regex": r"(a|b)*c"}, ["c", "abac"], ["ab", "", "ca"]),
    ({"regex": r"\w+@\w+\.org"}, ["me@here.org"], ["me@hereXorg", "@here.org"]),
    ({"regex": ".+"}, ["x", "a b"], [""]),
    ({"regex": ".*"}, ["", "x"], []),
    ({}, ["", "x", "admin"], []),
]
# The same for a path; of what meets it some only does where case means nothing.
URIS = [
    ({"exact": "/"}, ["/"], ["/x", "//"]),
    ({"exact": "/shop/cart"}, ["/shop/cart"], ["/shop/cart/", "/shop/car", "/Shop/cart", "/shop%2Fcart"]),
    ({"exact": "/shop/Cart"}, ["/shop/Cart"], ["/shop/cart", "/SHOP/CART"]),
    ({"exact": "/a%20b"}, ["/a%20b"], ["/a+b", "/A%20B", "/a%20"]),
    ({"exact": "/api.Greeter/SayHello"}, ["/api.Greeter/SayHello"], ["/api.greeter/sayhello", "/api.Greeter/SayHelloToo"]),
    ({"prefix": "/"}, ["/", "/x", "//"], []),
    ({"prefix": "/shop"}, ["/shop", "/shop/", "/shopping"], ["/sho", "/SHOP/x", "//shop"]),
    ({"prefix": "/shop/"}, ["/shop/", "/shop/cart"], ["/shop", "/Shop/"]),
    ({"prefix": "/api.Greeter/Say"}, ["/api.Greeter/SayHello", "/api.Greeter/Say"], ["/api.greeter/Say", "/api.Greeter/sa"]),
    ({"prefix": "/V1/"}, ["/V1/x"], ["/v1/x", "/v1"]),
    ({"regex": "/shop/.*"}, ["/shop/", "/shop/a/b"], ["/shop", "/Shop/a", "/x/shop/a"]),
    ({"regex": "/(a|b)/[0-9]+"}, ["/a/1", "/b/22"], ["/c/1", "/a/", "/a/1/", "/A/1"]),
    ({"regex": "(?i)/Shop/Cart"}, ["/shop/cart", "/SHOP/CART"], ["/shop/cart/"]),
    ({"regex": r"/api\.Greeter/Say.*o"}, ["/api.Greeter/SayHello", "/api.Greeter/Sayo"], ["/apiXGreeter/Sayo", "/api.Greeter/SayHi"]),
    ({"regex": "/[^/]+"}, ["/x", "/a%20b"], ["/", "/x/y"]),
]
METHODS = [
    ({"exact": "GET"}, ["GET"], ["POST", "PUT"]),
    ({"exact": "POST"}, ["POST"], ["GET", "DELETE"]),
    ({"prefix": "P"}, ["POST", "PUT", "PATCH"], ["GET"]),
    ({"regex": "GET|PUT"}, ["GET", "PUT"], ["POST"]),
]
HEADERS = ["user", "x-stage", "x-version", "cookie", "end-user"]
PARAMETERS = ["page", "q", "Page"]
QUERY_ODDITIES = ["", "&", "page", "page=", "q=%61dmin", "=x", "page=1=2", "q=admin&q=v2", "z=1"]


@dataclasses.dataclass
class Call:
    """A request, as it is sent."""

    host: str
    authority: str
    path: str
    method: str = "POST"
    headers: list = dataclasses.field(default_factory=list)


class RandomRules:
    """Hosts with one VirtualService each, and calls to them.

    `for_grpc` keeps to what a gRPC call can be and a gRPC client can tell; its rule N goes to the
    subset `rN`, while any other rule N answers by itself with `rule N`.
    """

    MOST_RULES = 7

    def __init__(self, seed: int, hosts: int, port: int, endpoints, for_grpc=False):
        self.dice = random.Random(seed)
        self.port, self.endpoints, self.for_grpc = port, endpoints, for_grpc
        self.rules: dict[str, list[list[dict]]] = {}
        # What a condition was made from, to make calls from: its text's index in the tables.
        self.hosts = [f"host{number}.peers.svc.cluster.local" for number in range(hosts)]
        for host in self.hosts:
            count = self.dice.randint(4, self.MOST_RULES)
            self.rules[host] = [self._matches(host) for _ in range(count)]
            if self._is(0.25):
                self.rules[host][-1] = []

    def _is(self, probability: float) -> bool:
        return self.dice.random() < probability

    # What the rules are.

    def _matches(self, host: str) -> list[dict]:
        return [self._match(host) for _ in range(self.dice.choice([1, 1, 1, 2, 3]))]

    def _match(self, host: str) -> dict:
        match = {}
        if self._is(0.55):
            match["uri"] = self.dice.choice(URIS)[0]
            if "regex" not in match["uri"] and self._is(0.3):
                match["ignoreUriCase"] = True
        if self._is(0.6):
            names = self.dice.sample(HEADERS, self.dice.choice([1, 1, 2]))
            match["headers"] = {name: self.dice.choice(TEXTS)[0] for name in names}
        if self._is(0.3):
            names = self.dice.sample(HEADERS, self.dice.choice([1, 1, 2]))
            match["withoutHeaders"] = {name: self.dice.choice(TEXTS)[0] for name in names}
        if not self.for_grpc:
            self._add_what_proxies_match(match, host)
        return match or {"uri": {"prefix": "/shop"}}

    def _add_what_proxies_match(self, match: dict, host: str):
        if self._is(0.2):
            match["method"] = self.dice.choice(METHODS)[0]
        if self._is(0.15):
            match["authority"] = self.dice.choice(self._authorities(host))[0]
        if self._is(0.05):
            match["scheme"] = {"exact": self.dice.choice(["http", "https"])}
        if self._is(0.05):
            match["port"] = self.dice.choice([self.port, self.port, 1])
        if self._is(0.25):
            name = self.dice.choice(PARAMETERS)
            match["queryParams"] = {name: self.dice.choice(TEXTS)[0]}

    def _authorities(self, host: str):
        short = host.split(".")[0]
        names = [host, f"{host}:{self.port}", f"{short}.peers", f"{short}.peers:{self.port}"]
        return [
            ({"exact": host}, [host], names[1:]),
            ({"prefix": f"{short}.peers"}, names, []),
            ({"regex": f".*:{self.port}"}, [names[1], names[3]], [names[0], names[2]]),
            ({"exact": names[2]}, [names[2]], [names[3], host]),
        ]

    def documents(self) -> list[dict]:
        """The mesh file's documents."""
        documents = []
        for host in self.hosts:
            name = host.split(".")[0]
            documents.append(service(host, self.port, self.endpoints))
            if self.for_grpc:
                subsets = [
                    {"name": endpoint.version, "labels": {"version": endpoint.version}}
                    for endpoint in self.endpoints
                ]
                rule = {"host": host, "subsets": subsets}
                documents.append(resource("DestinationRule", name, rule))
            http = [
                {**({"match": matches} if matches else {}), **self._action(host, number)}
                for number, matches in enumerate(self.rules[host], 1)
            ]
            documents.append(resource("VirtualService", name, {"hosts": [host], "http": http}))
        assert all(document["apiVersion"] == ISTIO for document in documents)
        return documents

    def _action(self, host: str, number: int) -> dict:
        if self.for_grpc:
            return {"route": [{"destination": {"host": host, "subset": f"r{number}"}}]}
        return {"directResponse": {"status": 200, "body": {"string": f"rule {number}"}}}

    # What the calls are.

    def call(self, host: str) -> Call:
        """A call that meets one match of one rule, or would but for a trifle or two."""
        matches = self.dice.choice(self.rules[host]) or [{}]
        match = self.dice.choice(matches)
        call = Call(host, f"{host}:{self.port}", self._path(match.get("uri")))
        for name, text in match.get("headers", {}).items():
            call.headers.append((name, self._text(TEXTS, text)))
        for name, text in match.get("withoutHeaders", {}).items():
            if self._is(0.4):
                call.headers.append((name, self._text(TEXTS, text, hit_rate=0.3)))
        for name in HEADERS:
            if self._is(0.1):
                call.headers.append((name, self._any(TEXTS)))
        if match.get("ignoreUriCase") and self._is(0.5):
            call.path = call.path.swapcase()
        if not self.for_grpc:
            self._add_what_proxies_see(call, match)
        self._spoil(call)
        return call

    def _path(self, uri) -> str:
        return self._text(URIS, uri) if uri else self._any(URIS)

    def _text(self, table, condition, hit_rate=0.85) -> str:
        hits, misses = next((row[1], row[2]) for row in table if row[0] == condition)
        return self.dice.choice(hits if self._is(hit_rate) or not misses else misses)

    def _any(self, table) -> str:
        _, hits, misses = self.dice.choice(table)
        return self.dice.choice(hits + misses)

    def _add_what_proxies_see(self, call: Call, match: dict):
        call.method = self._text(METHODS, match["method"]) if "method" in match else (
            self.dice.choice(["GET", "POST", "PUT"])
        )
        authorities = self._authorities(call.host)
        call.authority = (
            self._text(authorities, match["authority"]) if "authority" in match
            else self._any(authorities)
        )
        query = []
        for name, text in match.get("queryParams", {}).items():
            query.append(f"{name}={self._text(TEXTS, text)}")
        while self._is(0.2):
            query.append(self.dice.choice(QUERY_ODDITIES))
        if query:
            self.dice.shuffle(query)
            # A blank would end the path.
            call.path += "?" + "&".join(query).replace(" ", "%20")

    def _spoil(self, call: Call):
        if call.headers and self._is(0.15):
            call.headers.pop(self.dice.randrange(len(call.headers)))
        if call.headers and self._is(0.2):
            name = self.dice.choice(call.headers)[0]
            call.headers.append((name, self._any(TEXTS)))
        if call.headers and self._is(0.1):
            index = self.dice.randrange(len(call.headers))
            call.headers[index] = (call.headers[index][0], "")
        if self._is(0.05):
            call.path = call.path.replace("/", "//", 1)
        self.dice.shuffle(call.headers)
        if self.for_grpc:
            self._make_callable(call)
        else:
            call.headers = one_cookie(call.headers)

    def _make_callable(self, call: Call):
        # C-core leaves out what looks for other paths, since no call has them.
        while not re.fullmatch("/[^/]+/[^/]+", call.path):
            call.path = self._any(URIS)


def one_cookie(headers: list) -> list:
    """The headers with the first cookie only, and none that is empty.

    Envoy joins those of a call in HTTP/2, as gRPC's are, and keeps those of one in HTTP/1 as they are.
    """
    first = next((header for header in headers if header[0] == "cookie" and header[1]), None)
    return [header for header in headers if header[0] != "cookie" or header is first]
