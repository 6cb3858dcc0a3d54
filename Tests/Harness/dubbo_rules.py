"""What dubbo-go's xDS client takes and refuses, and how its mesh router picks a cluster."""

import re

from envoy.config.cluster.v3 import cluster_pb2
from envoy.config.endpoint.v3 import endpoint_pb2
from envoy.config.route.v3 import route_pb2

PATHS = ("prefix", "path", "safe_regex")
HEADER_MATCHES = (
    "exact_match", "safe_regex_match", "range_match", "present_match", "prefix_match",
    "suffix_match",
)


def problem(resource) -> str:
    """Why the resource is refused; empty where it isn't."""
    if isinstance(resource, cluster_pb2.Cluster):
        return _cluster_problem(resource)
    if isinstance(resource, endpoint_pb2.ClusterLoadAssignment):
        return _endpoints_problem(resource)
    return next((text for text in map(_route_problem, _routes(resource)) if text), "")


def _cluster_problem(cluster) -> str:
    config = cluster.eds_cluster_config.eds_config
    if config.WhichOneof("config_source_specifier") != "ads":
        return "unexpected edsConfig in response: want ADS"
    return ""


def _endpoints_problem(assignment) -> str:
    if any(not each.HasField("locality") for each in assignment.endpoints):
        return "EDS response contains a locality without ID"
    priorities = {each.priority for each in assignment.endpoints}
    if priorities != set(range(len(priorities))):
        return f"priorities are {sorted(priorities)}"
    return ""


def _routes(configuration):
    return [route for host in configuration.virtual_hosts for route in host.routes]


def _route_problem(route) -> str:
    if route.typed_per_filter_config:
        return "no HTTP filter implementation found"
    path = route.match.WhichOneof("path_specifier")
    if path not in PATHS:
        return f"unrecognized path specifier {path}"
    for header in route.match.headers:
        form = header.WhichOneof("header_match_specifier")
        if form not in HEADER_MATCHES:
            return f"unrecognized header matcher {form}"
    weighted = route.route.weighted_clusters
    if route.route.WhichOneof("cluster_specifier") == "weighted_clusters":
        if any(each.typed_per_filter_config for each in weighted.clusters):
            return "no HTTP filter implementation found"
        total = weighted.total_weight.value if weighted.HasField("total_weight") else 100
        found = sum(each.weight.value for each in weighted.clusters)
        if found != total or found == 0:
            return f"weights of clusters add up to {found}, not {total}"
    return ""


def clusters(configuration) -> set[str]:
    """The clusters that a route configuration may send calls to."""
    return {name for route in _routes(configuration) for name in _weights(route)}


def _weights(route) -> dict[str, int]:
    if route.route.WhichOneof("cluster_specifier") == "cluster":
        return {route.route.cluster: 1}
    # A cluster that is listed twice counts with its last weight.
    weights = {each.name: each.weight.value for each in route.route.weighted_clusters.clusters}
    return {name: weight for name, weight in weights.items() if weight > 0}


def pick(configuration, path: str, headers: dict, dice) -> str | None:
    """The cluster of the first route that matches; None where there is none."""
    if configuration is None:
        return None
    for route in _routes(configuration):
        if matches(route.match, path, headers):
            weights = _weights(route)
            if not weights:
                return None
            return dice.choices(list(weights), list(weights.values()))[0]
    return None


def matches(match, path: str, headers: dict) -> bool:
    """Whether a route's match lets a call through; virtual hosts' domains play no part."""
    if match.query_parameters or not _path_matches(match, path):
        return False
    return all(_header_matches(each, headers) for each in match.headers)


def _path_matches(match, path: str) -> bool:
    form = match.WhichOneof("path_specifier")
    if form == "safe_regex":
        return re.fullmatch(match.safe_regex.regex, path) is not None
    wanted = getattr(match, form)
    if match.HasField("case_sensitive") and not match.case_sensitive.value:
        wanted, path = wanted.lower(), path.lower()
    return path.startswith(wanted) if form == "prefix" else path == wanted


def _header_matches(matcher, headers: dict) -> bool:
    form = matcher.WhichOneof("header_match_specifier")
    value = headers.get(matcher.name)
    if form == "present_match":
        return ((value is not None) == matcher.present_match) != matcher.invert_match
    # A header that is missing never matches, inverted or not.
    if value is None:
        return False
    wanted = getattr(matcher, form)
    if form == "safe_regex_match":
        found = re.fullmatch(wanted.regex, value) is not None
    elif form == "range_match":
        found = value.lstrip("-").isdigit() and wanted.start <= int(value) < wanted.end
    else:
        # An empty text can't be compared with: the route fails at the call.
        if not wanted:
            return False
        found = {
            "exact_match": value.__eq__,
            "prefix_match": value.startswith,
            "suffix_match": value.endswith,
        }[form](wanted)
    return found != matcher.invert_match
