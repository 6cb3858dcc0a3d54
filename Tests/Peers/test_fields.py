"""Each field of Istio's rules: a call by a real client that shows its effect, or Envoy's own word.

All hosts are in one mesh; a host is named after what it is for.
"""

import uuid

import pytest

from fields import CERTIFICATES, VERSIONS, FieldWorld, Host, host_name, to
from mesh import resource
from terminal import wait_until

ALL = {"value": 100}
HALF = {"value": 50}


def only(name: str, **actions) -> list[dict]:
    """One rule for all calls to a host."""
    return [{"route": [to(name)], **actions}]


def balanced(**balancer) -> dict:
    return {"loadBalancer": balancer}


def pooled(tcp=None, **http) -> dict:
    return {"connectionPool": {**({"tcp": tcp} if tcp else {}), **({"http": http} if http else {})}}


def encrypted(folder: str, **more) -> dict:
    return {"tls": {"caCertificates": f"{CERTIFICATES}/{folder}/ca.pem", **more}}


CLIENT = {
    "mode": "MUTUAL",
    "clientCertificate": f"{CERTIFICATES}/mutual/client.pem",
    "privateKey": f"{CERTIFICATES}/mutual/client-key.pem",
}
RETRY = {"attempts": 3, "retryOn": "unavailable"}

HOSTS = [
    Host("plain"),
    Host("timeout", only("timeout", timeout="3s")),
    Host("retries", only("retries", retries=RETRY)),
    Host("try-limit", only("try-limit", retries={
        "attempts": 1, "retryOn": "gateway-error", "perTryTimeout": "0.2s"})),
    Host("retry-words", only("retry-words", retries={
        "attempts": 2, "retryOn": "503,unavailable", "backoff": "0.05s",
        "retryIgnorePreviousHosts": True, "retryRemoteLocalities": True})),
    Host("delay", only("delay", fault={"delay": {"fixedDelay": "0.4s", "percentage": ALL}})),
    Host("half-delay", only("half-delay", fault={
        "delay": {"fixedDelay": "0.15s", "percentage": HALF}})),
    Host("abort-http", only("abort-http", fault={"abort": {"httpStatus": 503, "percentage": ALL}})),
    Host("abort-grpc", only("abort-grpc", fault={
        "abort": {"grpcStatus": "RESOURCE_EXHAUSTED", "percentage": ALL}})),
    Host("half-abort", only("half-abort", fault={
        "abort": {"grpcStatus": "ABORTED", "percentage": HALF}})),
    Host("mirror", [{"route": [to("mirror", "v1")], "mirrors": [to("mirror", "v3")]}]),
    Host("half-mirror", [{
        "route": [to("half-mirror", "v1")],
        "mirrors": [{**to("half-mirror", "v3"), "percentage": HALF}]}]),
    Host("rewrite", [{
        "match": [{"uri": {"prefix": "/old.Greeter/"}}], "route": [to("rewrite")],
        "rewrite": {"uri": "/new.Greeter/", "authority": "other.example.com"}}]),
    Host("rewrite-regex", only("rewrite-regex", rewrite={
        "uriRegexRewrite": {"match": "^/(.*)/(.*)$", "rewrite": r"/\2/\1"}})),
    Host("redirect", [{"redirect": {
        "uri": "/there", "authority": "other.example.com", "scheme": "https", "port": 8443,
        "redirectCode": 308}}]),
    Host("redirect-prefix", [{
        "match": [{"uri": {"prefix": "/old"}}], "redirect": {"prefixRewrite": "/new"}}]),
    Host("redirect-port", [{"redirect": {"uri": "/there", "derivePort": "FROM_REQUEST_PORT"}}]),
    Host("answer", [{"directResponse": {"status": 418, "body": {"string": "a teapot"}}}]),
    Host("headers", [{
        "route": [to("headers", headers={"request": {"set": {"x-inner": "set"}}})],
        "headers": {
            "request": {"set": {"x-set": "new"}, "add": {"x-add": "more"}, "remove": ["x-old"]},
            "response": {
                "set": {"x-from": "rule"}, "add": {"x-more": "rule"}, "remove": ["x-gone"]}}}]),
    Host("shares", [{"route": [
        to("shares", version, weight=50, headers={
            "request": {"set": {"x-share": version}}, "response": {"add": {"x-share": version}}})
        for version in ("v1", "v2")]}]),
    Host("authority", only("authority", headers={"request": {"set": {"Host": "a.example.com"}}})),
    Host("cors", only("cors", corsPolicy={
        "allowOrigins": [{"exact": "https://a.example.com"}, {"regex": "https://.*[.]org"}],
        "allowMethods": ["GET", "PUT"], "allowHeaders": ["x-a"], "exposeHeaders": ["x-b"],
        "maxAge": "60s", "allowCredentials": True})),
    Host("counted", [{"match": [{"uri": {"prefix": "/"}, "statPrefix": "by-rule", "name": "m"}],
                      "name": "named", "route": [to("counted")]}]),
    Host("delegating", [
        {"match": [{"uri": {"prefix": "/shop."}}], "delegate": {"name": "shop"}},
        {"route": [to("delegating", "v1")]},
    ], others=[resource("VirtualService", "shop", {"hosts": [], "http": [
        {"match": [{"headers": {"user": {"exact": "admin"}}}], "route": [to("delegating", "v2")]},
        {"route": [to("delegating", "v3")]}]})]),
    Host("callers", [
        {"match": [{"sourceLabels": {"app": "x"}}, {"sourceNamespace": "x"}],
         "route": [to("callers", "v2")]},
        {"route": [to("callers", "v1")]}]),
    Host("in-turn", policy=balanced(simple="ROUND_ROBIN")),
    Host("at-random", policy=balanced(simple="RANDOM")),
    Host("least", policy=balanced(simple="LEAST_REQUEST", warmup={
        "duration": "30s", "minimumPercent": 10, "aggression": 1.5})),
    Host("passthrough", policy=balanced(simple="PASSTHROUGH")),
    Host("hash-header", policy=balanced(consistentHash={
        "httpHeaderName": "user", "ringHash": {"minimumRingSize": 512}})),
    Host("hash-maglev", policy=balanced(consistentHash={
        "httpHeaderName": "user", "maglev": {"tableSize": 1009}})),
    Host("hash-cookie", policy=balanced(consistentHash={
        "httpCookie": {"name": "user", "ttl": "60s", "path": "/"}})),
    Host("hash-source", policy=balanced(consistentHash={"useSourceIp": True})),
    Host("hash-query", policy=balanced(consistentHash={"httpQueryParameterName": "user"})),
    Host("localities", localities=["eu/a", "us/a", "us/b"], policy=balanced(
        simple="ROUND_ROBIN",
        localityLbSetting={"distribute": [{"from": "*", "to": {"eu/*": 80, "us/*": 20}}]})),
    Host("one-request", policy=pooled(http2MaxRequests=1)),
    Host("one-pending", policy=pooled(
        {"maxConnections": 1}, http1MaxPendingRequests=1, maxConcurrentStreams=1), endpoints=["v1"]),
    Host("new-connections", policy=pooled(maxRequestsPerConnection=1), endpoints=["v1"]),
    Host("idle", policy=pooled(idleTimeout="1s"), endpoints=["v1"]),
    Host("short-lived", policy=pooled({"maxConnectionDuration": "1s"}), endpoints=["v1"]),
    Host("dialling", policy=pooled(
        {"connectTimeout": "0.25s", "tcpKeepalive": {"probes": 3, "time": "60s", "interval": "5s"}},
        maxRetries=7, useClientProtocol=True)),
    Host("errors", policy={"outlierDetection": {
        "consecutive5xxErrors": 3, "interval": "1s", "baseEjectionTime": "60s",
        "maxEjectionPercent": 100}}),
    Host("gateway-errors", policy={"outlierDetection": {
        "consecutiveGatewayErrors": 3, "consecutive5xxErrors": 0, "interval": "1s",
        "baseEjectionTime": "60s", "maxEjectionPercent": 100, "minHealthPercent": 30,
        "splitExternalLocalOriginErrors": True, "consecutiveLocalOriginFailures": 4}}),
    Host("simple-tls", endpoints=["simple"], policy=encrypted(
        "simple", mode="SIMPLE", sni="upstream.example.com",
        subjectAltNames=["upstream.example.com"])),
    Host("other-name", endpoints=["simple"], policy=encrypted(
        "simple", mode="SIMPLE", subjectAltNames=["other.example.com"])),
    Host("other-authority", endpoints=["simple"], policy=encrypted("mutual", mode="SIMPLE")),
    Host("unverified", endpoints=["simple"], policy={
        "tls": {"mode": "SIMPLE", "insecureSkipVerify": True}}),
    Host("mutual-tls", endpoints=["mutual"], policy=encrypted("mutual", **CLIENT)),
    Host("no-certificate", endpoints=["mutual"], policy=encrypted("mutual", mode="SIMPLE")),
    Host("in-the-clear", policy={"tls": {"mode": "DISABLE"}}),
    Host("levels", [
        {"match": [{"headers": {"user": {}}}], "route": [to("levels", "v2")]},
        {"route": [to("levels", "v1")]},
    ], policy=pooled(http2MaxRequests=1), policies={"v2": pooled(http2MaxRequests=100)}),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    opened = FieldWorld(tmp_path_factory.mktemp("fields"), HOSTS)
    yield opened
    opened.close()


both = pytest.mark.parametrize(
    "client",
    [
        pytest.param("envoy", marks=pytest.mark.envoy_sotw),
        pytest.param("grpc", marks=pytest.mark.grpc),
    ],
)
envoy = pytest.mark.envoy_sotw


def new_call(**headers: str) -> tuple[str, list]:
    """A call's name, by which its servers are asked, and its headers."""
    name = uuid.uuid4().hex
    fields = [(f"x-{key.replace('_', '-')}", value) for key, value in headers.items()]
    return name, [("x-call-id", name), *fields]


def versions(answers) -> list[str]:
    assert all(answer.code == "OK" for answer in answers), answers
    return [answer.body["version"] for answer in answers]


def codes(answers) -> set[str]:
    return {answer.code for answer in answers}


# Time limits, retries and faults.


@both
def test_a_slow_answer_is_cut_off_by_the_timeout(world, client):
    # gRPC's C-core ends a call a second or more before max_stream_duration says, seen here; and the
    # first call may have to wait for the configuration as well.
    wait_until(lambda: world.call(client, "timeout").code == "OK", "a call that is in time")
    slow = world.call(client, "timeout", headers=[("x-delay", "8")])
    assert slow.code in ("DEADLINE_EXCEEDED", "UNAVAILABLE") and slow.seconds < 6, slow


@both
@pytest.mark.parametrize("failures, tries, code", [(2, 3, "OK"), (9, 4, "UNAVAILABLE")])
def test_failed_calls_are_tried_again(world, client, failures, tries, code):
    name, headers = new_call(fail="UNAVAILABLE", fail_times=str(failures))
    assert world.call(client, "retries", headers=headers).code == code
    assert len(world.upstreams.seen(name)) == tries


@both
def test_what_no_rule_retries_is_not_tried_again(world, client):
    name, headers = new_call(fail="INTERNAL", fail_times="1")
    assert world.call(client, "retries", headers=headers).code == "INTERNAL"
    assert len(world.upstreams.seen(name)) == 1


@envoy
def test_a_single_try_has_its_own_time_limit(world):
    name, headers = new_call(delay="2")
    done = world.call("envoy", "try-limit", headers=headers)
    assert done.code != "OK" and done.seconds < 1.9, done
    assert len(world.upstreams.seen(name)) == 2


@envoy
def test_envoy_holds_the_rest_of_the_retry_policy(world):
    policy = world.route("retry-words")["route"]["retry_policy"]
    assert set(policy["retry_on"].split(",")) == {"unavailable", "retriable-status-codes"}
    assert policy["retriable_status_codes"] == [503]
    assert policy["retry_back_off"]["base_interval"] == "0.050s"
    assert "previous_hosts" in policy["retry_host_predicate"][0]["name"]
    assert "previous_priorities" in policy["retry_priority"]["name"]


@both
def test_a_fault_delays_calls(world, client):
    assert world.call(client, "delay").seconds >= 0.4
    seconds = [answer.seconds for answer in world.calls(client, "half-delay", 60, parallel=4)]
    assert 10 <= sum(each >= 0.15 for each in seconds) <= 55, seconds


@both
def test_a_fault_aborts_calls(world, client):
    name, headers = new_call()
    assert world.call(client, "abort-http", headers=headers).code == "UNAVAILABLE"
    assert world.call(client, "abort-grpc", headers=headers).code == "RESOURCE_EXHAUSTED"
    assert world.upstreams.seen(name) == []
    answers = world.calls(client, "half-abort", 200)
    assert codes(answers) == {"OK", "ABORTED"}
    assert 60 <= sum(answer.code == "ABORTED" for answer in answers) <= 140


@envoy
def test_a_fault_aborts_requests_with_its_http_status(world):
    assert world.request("abort-http")[0] == 503


# Copies, rewriting, answers.


@envoy
def test_a_mirror_gets_a_copy(world):
    name, headers = new_call()
    assert versions(world.calls("envoy", "mirror", 10, headers=headers)) == ["v1"] * 10
    wait_seen(world, name, 20)
    assert sum(call["version"] == "v3" for call in world.upstreams.seen(name)) == 10


@envoy
def test_a_mirror_gets_its_percentage(world):
    name, headers = new_call()
    world.calls("envoy", "half-mirror", 100, headers=headers)
    wait_seen(world, name, 125)
    assert len(world.upstreams.seen(name)) <= 175


def wait_seen(world, name, count):
    wait_until(lambda: len(world.upstreams.seen(name)) >= count, f"{count} calls at the servers")


@envoy
def test_paths_and_authorities_are_rewritten(world):
    seen = world.call("envoy", "rewrite", path="/old.Greeter/SayHello").body
    assert (seen["path"], seen["authority"]) == ("/new.Greeter/SayHello", "other.example.com")
    assert world.call("envoy", "rewrite-regex", path="/a.B/C").body["path"] == "/C/a.B"
    assert world.call("envoy", "authority").body["authority"] == "a.example.com"


@envoy
def test_redirects_and_answers_come_from_envoy_itself(world):
    status, headers, _ = world.request("redirect", path="/here")
    assert (status, headers["location"]) == (308, "https://other.example.com:8443/there")
    status, headers, _ = world.request("redirect-prefix", path="/old/page?a=b")
    assert (status, headers["location"]) == (
        301, f"http://{host_name('redirect-prefix')}:{world.port}/new/page?a=b"
    )
    status, headers, _ = world.request("redirect-port")
    assert headers["location"] == f"http://{host_name('redirect-port')}:{world.port}/there"
    status, _, body = world.request("answer")
    assert (status, body) == (418, "a teapot")


@pytest.mark.grpc
@pytest.mark.parametrize("name", ["redirect", "answer"])
def test_grpc_fails_calls_that_it_would_have_to_answer_itself(world, name):
    assert world.call("grpc", name).code == "UNAVAILABLE"


@envoy
def test_headers_are_set_added_and_removed(world):
    sent = [("x-set", "old"), ("x-add", "first"), ("x-old", "old")]
    done = world.call("envoy", "headers", headers=sent)
    seen = done.body["headers"]
    assert [value for name, value in seen if name == "x-set"] == ["new"]
    added = [value for name, value in seen if name == "x-add"]
    assert ",".join(added).replace(" ", "") == "first,more"
    assert not [name for name, _ in seen if name == "x-old"]
    assert ["x-inner", "set"] in seen
    answered = done.headers
    assert [value for name, value in answered if name == "x-from"] == ["rule"]
    assert ["x-more", "rule"] in answered
    assert not [name for name, _ in answered if name == "x-gone"]


@envoy
def test_each_share_has_headers_of_its_own(world):
    answers = world.calls("envoy", "shares", 40)
    assert set(versions(answers)) == {"v1", "v2"}
    for answer in answers:
        assert ["x-share", answer.body["version"]] in answer.body["headers"]
        assert ["x-share", answer.body["version"]] in answer.headers


@envoy
@pytest.mark.parametrize(
    "origin, is_allowed",
    [("https://a.example.com", True), ("https://b.org", True), ("https://b.example.com", False)],
)
def test_preflights_are_answered(world, origin, is_allowed):
    asked = [("Origin", origin), ("Access-Control-Request-Method", "PUT")]
    status, headers, _ = world.request("cors", "OPTIONS", headers=asked)
    if not is_allowed:
        assert "access-control-allow-origin" not in headers
        return
    assert status == 200 and headers["access-control-allow-origin"] == origin
    assert headers["access-control-allow-methods"] == "GET,PUT"
    assert headers["access-control-allow-headers"] == "x-a"
    assert headers["access-control-max-age"] == "60"
    assert headers["access-control-allow-credentials"] == "true"
    exposed = world.request("cors", headers=[("Origin", origin)])[1]
    assert exposed["access-control-expose-headers"] == "x-b"


@envoy
def test_a_stat_prefix_counts_a_rule_s_calls(world):
    assert world.call("envoy", "counted").code == "OK"
    assert world.route("counted")["name"] == "named.m"
    stats = world.envoy.admin("/stats?filter=by-rule.*upstream_rq_total").split()
    assert stats and int(stats[-1]) == 1, stats


@both
def test_a_delegate_s_rules_hold_where_its_root_says(world, client):
    admin = [("user", "admin")]
    assert versions([world.call(client, "delegating", headers=admin)]) == ["v1"]
    path = "/shop.Cart/Add"
    assert versions([world.call(client, "delegating", path=path, headers=admin)]) == ["v2"]
    assert versions([world.call(client, "delegating", path=path)]) == ["v3"]


@both
def test_matches_on_callers_are_left_out(world, client):
    assert set(versions(world.calls(client, "callers", 10))) == {"v1"}


# Load balancing.


@both
def test_round_robin_takes_endpoints_in_turn(world, client):
    world.calls(client, "in-turn", 6)
    found = versions(world.calls(client, "in-turn", 30))
    assert [found.count(version) for version in VERSIONS] == [10, 10, 10]
    assert found == found[:3] * 10


@envoy
def test_random_takes_them_in_no_order(world):
    found = versions(world.calls("envoy", "at-random", 60))
    assert set(found) == set(VERSIONS) and found != found[:3] * 20


@both
@pytest.mark.parametrize("name", ["least", "passthrough"])
def test_other_balancers_reach_all_endpoints(world, client, name):
    assert set(versions(world.calls(client, name, 60))) == set(VERSIONS)


@envoy
def test_envoy_holds_least_request_and_its_warm_up(world):
    cluster = world.cluster("least")
    assert cluster["lb_policy"] == "LEAST_REQUEST"
    slow = cluster["least_request_lb_config"]["slow_start_config"]
    assert slow["slow_start_window"] == "30s"
    assert (slow["aggression"]["default_value"], slow["min_weight_percent"]["value"]) == (1.5, 10)





def hashed(world, client, name, value):
    if name == "hash-query":
        order = {"path": f"/api.Greeter/SayHello?user={value}"}
    elif name == "hash-cookie":
        order = {"headers": [("cookie", f"user={value}")]}
    else:
        order = {"headers": [("user", value)]}
    return versions(world.calls(client, name, 4, **order))


def check_hash(world, client, name):
    chosen = [hashed(world, client, name, f"user-{number}") for number in range(20)]
    assert all(len(set(each)) == 1 for each in chosen), chosen
    assert len({each[0] for each in chosen}) > 1


@both
@pytest.mark.parametrize("name", ["hash-header", "hash-maglev"])
def test_a_header_s_value_always_goes_to_one_endpoint(world, client, name):
    check_hash(world, client, name)


@envoy
@pytest.mark.parametrize("name", ["hash-cookie", "hash-query"])
def test_a_cookie_or_a_parameter_does_so_too(world, name):
    check_hash(world, "envoy", name)


@envoy
def test_a_caller_s_address_does_so_too(world):
    assert len(set(versions(world.calls("envoy", "hash-source", 20)))) == 1


@envoy
def test_envoy_holds_the_sizes_of_hash_tables(world):
    ring = world.cluster("hash-header")
    assert ring["lb_policy"] == "RING_HASH"
    assert ring["ring_hash_lb_config"]["minimum_ring_size"] == "512"
    maglev = world.cluster("hash-maglev")
    assert maglev["lb_policy"] == "MAGLEV" and maglev["maglev_lb_config"]["table_size"] == "1009"


@both
def test_localities_get_their_shares(world, client):
    found = versions(world.calls(client, "localities", 400))
    # 4.5 standard deviations of 8.
    assert 284 <= found.count("v1") <= 356, found.count("v1")
    assert found.count("v2") and found.count("v3")


# Connections, errors and TLS.


@both
def test_no_more_requests_than_allowed_are_under_way(world, client):
    assert world.call(client, "one-request").code == "OK"
    order = {"parallel": 4, "headers": [("x-delay", "0.7")]}
    answers = world.calls(client, "one-request", 4, **order)
    assert codes(answers) == {"OK", "UNAVAILABLE"}, answers
    assert codes(world.calls(client, "plain", 4, **order)) == {"OK"}


@envoy
def test_connections_and_waiting_requests_are_limited(world):
    answers = world.calls("envoy", "one-pending", 6, parallel=6, headers=[("x-delay", "0.7")])
    assert sum(answer.code == "OK" for answer in answers) < 6
    assert codes(answers) == {"OK", "UNAVAILABLE"}
    assert len({each.body["peer"] for each in answers if each.code == "OK"}) == 1


@envoy
def test_a_connection_has_no_more_requests_than_allowed(world):
    def connections(name):
        return len({each.body["peer"] for each in world.calls("envoy", name, 6)})

    assert connections("new-connections") == 6
    assert connections("idle") == 1


@envoy
@pytest.mark.parametrize(
    "name, counter",
    [("idle", "upstream_cx_idle_timeout"), ("short-lived", "upstream_cx_max_duration_reached")],
)
def test_connections_end_when_their_time_is_over(world, name, counter):
    assert world.call("envoy", name).code == "OK"
    world.wait_counter(name, counter)


@envoy
def test_envoy_holds_the_rest_of_the_connection_pool(world):
    cluster = world.cluster("dialling")
    assert cluster["connect_timeout"] == "0.250s"
    assert cluster["upstream_connection_options"]["tcp_keepalive"] == {
        "keepalive_probes": 3, "keepalive_time": 60, "keepalive_interval": 5,
    }
    assert cluster["circuit_breakers"]["thresholds"][0]["max_retries"] == 7
    options = cluster["typed_extension_protocol_options"]
    assert "use_downstream_protocol_config" in next(iter(options.values()))
    assert world.call("envoy", "dialling").code == "OK"


@envoy
@pytest.mark.parametrize("name", ["errors", "gateway-errors"])
def test_an_endpoint_that_fails_is_taken_out(world, name):
    headers = [("x-fail", "UNAVAILABLE"), ("x-fail-version", "v1")]
    first = world.calls("envoy", name, 30, headers=headers)
    assert sum(answer.code != "OK" for answer in first) == 3, codes(first)
    assert set(versions(world.calls("envoy", name, 20))) == {"v2", "v3"}


@envoy
def test_envoy_holds_the_rest_of_the_outlier_detection(world):
    cluster = world.cluster("gateway-errors")
    detection = cluster["outlier_detection"]
    assert detection["split_external_local_origin_errors"] is True
    assert detection["consecutive_local_origin_failure"] == 4
    assert detection["interval"] == "1s" and detection["base_ejection_time"] == "60s"
    assert cluster["common_lb_config"]["healthy_panic_threshold"]["value"] == 30


@envoy
@pytest.mark.parametrize(
    "name, works",
    [
        ("simple-tls", True), ("other-name", False), ("other-authority", False),
        ("unverified", True), ("mutual-tls", True), ("no-certificate", False),
        ("in-the-clear", True),
    ],
)
def test_calls_are_encrypted_as_the_rule_says(world, name, works):
    assert (world.call("envoy", name).code == "OK") == works


@envoy
def test_envoy_holds_the_server_s_name(world):
    assert world.cluster("simple-tls")["transport_socket"]["typed_config"]["sni"] == (
        "upstream.example.com"
    )


@both
def test_a_subset_s_policy_goes_before_the_host_s(world, client):
    order = {"parallel": 4}
    slow = ("x-delay", "0.7")
    assert world.call(client, "levels").code == "OK"
    assert world.call(client, "levels", headers=[("user", "x")]).code == "OK"
    own = world.calls(client, "levels", 4, headers=[slow, ("user", "x")], **order)
    assert codes(own) == {"OK"}
    inherited = world.calls(client, "levels", 4, headers=[slow], **order)
    assert codes(inherited) == {"OK", "UNAVAILABLE"}


@both
def test_clients_refuse_nothing_of_it(world, client):
    world.call(client, "plain")
    assert world.engine.report["nacked"] == 0
